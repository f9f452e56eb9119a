// createPayment: holds an amount on a card, in three phases, so that a repeat can finish after a crash at any point.
//   1. Record PENDING and commit. After a crash behind it, a repeat finds the row and asks the provider first.
//   2. Call the provider with the payment's id. After a crash or time-out in it, the charge may exist: a repeat finds it by the id.
//   3. Record the charge. After a crash before it, a repeat does as in 2. After a crash behind it, a repeat returns the row.
// No database stores the token, so a repeat sends it again. A purchase that is resumed after a crash has no token. It can only
// continue with the result of an earlier attempt, and never starts a new one.
import type { RequestContext } from '../../platform/subgraph/context.ts';
import {
  type AccountId,
  type PaymentId,
  type PurchaseId,
  requireId,
  type UnparsedKeys,
} from '../../platform/values/ids.ts';
import { fromNumeric, type Money, parsePositiveMoney } from '../../platform/values/money.ts';
import { refuse } from './errors.ts';
import type { Own } from './own.ts';
import {
  insertPayment,
  isTombstone,
  type PaymentKeys,
  type PaymentRow,
  paymentByPurchase,
} from './payment.ts';
import { isHoldGone } from './payment-status.ts';
import { recordCharge } from './record/record-charge.ts';

interface NewPayment extends UnparsedKeys<PaymentKeys> {
  amount: Money;
  /** Null continues an earlier attempt. */
  token?: string | null | undefined;
}

/**
 * Refusals: PAYMENT_DECLINED, PAYMENT_TOKEN_INVALID, PAYMENT_TOKEN_MISSING, PAYMENT_VOIDED, PAYMENT_HOLD_GONE,
 * PAYMENT_CONFLICT, BAD_USER_INPUT.
 */
export async function createPayment(ctx: RequestContext<Own>, input: NewPayment): Promise<PaymentRow> {
  const keys = parseKeys(input);
  const amount = parsePositiveMoney(input.amount);
  const { token } = input;
  if (token === null || token === undefined) return resumePayment(ctx, keys, amount);
  if (!/^[\x21-\x7e]{1,255}$/.test(token)) throw refuse('PAYMENT_TOKEN_INVALID');
  const created = await insertPayment(ctx, keys, amount, ctx.own.follow.firstSeconds);
  const payment = created ?? (await findExistingPayment(ctx, keys, amount));
  // The row was neither created nor found: the id belongs to the payment of another purchase.
  if (payment === null) throw refuse('PAYMENT_CONFLICT');
  if (payment.status !== 'PENDING') return requireAuthorized(payment);
  ctx.crashPoint('after recording the intent');

  const { provider, callProvider } = ctx.own;
  const charge = await callProvider(ctx.signal, async (signal, isRepeat) => {
    const mayExist = created === null || isRepeat;
    const existing = mayExist ? await provider.find(payment.id, signal) : null;
    return existing ?? provider.authorize({ reference: payment.id, amount, token }, signal);
  });
  ctx.crashPoint('after the provider authorized');
  return requireAuthorized(await recordCharge(ctx, payment, charge));
}

/** Returns the result of an earlier attempt. It never writes a new row. */
async function resumePayment(
  ctx: RequestContext<Own>,
  keys: PaymentKeys,
  amount: Money,
): Promise<PaymentRow> {
  const payment = await findExistingPayment(ctx, keys, amount);
  if (payment === null) throw refuse('PAYMENT_TOKEN_MISSING');
  if (payment.status !== 'PENDING') return requireAuthorized(payment);
  const { provider, callProvider } = ctx.own;
  const charge = await callProvider(ctx.signal, (signal) => provider.find(payment.id, signal));
  // The row stays PENDING: the authorisation may still reach the provider. The void that follows prevents it.
  if (charge === null) throw refuse('PAYMENT_TOKEN_MISSING');
  return requireAuthorized(await recordCharge(ctx, payment, charge));
}

/** Parses the ids into canonical form. Throws BAD_USER_INPUT. */
export function parseKeys({ id, purchaseId, accountId }: UnparsedKeys<PaymentKeys>): PaymentKeys {
  return {
    id: requireId<PaymentId>('id', id),
    purchaseId: requireId<PurchaseId>('purchaseId', purchaseId),
    accountId: requireId<AccountId>('accountId', accountId),
  };
}

/** Reads the payment that this purchase already has, or null. Refuses PAYMENT_CONFLICT when it differs from the request. */
async function findExistingPayment(
  ctx: RequestContext<Own>,
  keys: PaymentKeys,
  wanted: Money,
): Promise<PaymentRow | null> {
  const existing = await paymentByPurchase(ctx, keys.purchaseId);
  if (existing === null || isTombstone(existing)) return existing;
  const { amount, currency } = fromNumeric(existing.amount, existing.currency);
  const isSame =
    existing.id === keys.id &&
    existing.account_id === keys.accountId &&
    amount === wanted.amount &&
    currency === wanted.currency;
  if (!isSame) throw refuse('PAYMENT_CONFLICT');
  return existing;
}

/** Returns a payment that was authorised, also when it was captured or refunded since. Refuses PAYMENT_DECLINED, PAYMENT_VOIDED and PAYMENT_HOLD_GONE. */
function requireAuthorized(payment: PaymentRow): PaymentRow {
  if (payment.status === 'DECLINED') throw refuse('PAYMENT_DECLINED');
  if (payment.status === 'VOIDED') throw refuse('PAYMENT_VOIDED');
  if (isHoldGone(payment.status)) throw refuse('PAYMENT_HOLD_GONE');
  if (payment.status === 'PENDING')
    throw new Error(`payment ${payment.id} has no transition to the status that the provider answered`);
  return payment;
}
