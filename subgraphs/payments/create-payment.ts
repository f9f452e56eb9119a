// createPayment: holds an amount on a card, in three phases, so that a crash anywhere leaves what a repeat can finish.
//   1. record PENDING and commit.     Crash after it: the repeat finds the row and asks the provider first.
//   2. call the provider with our id. Crash or time-out in it: the charge may exist; the repeat finds it by our id.
//   3. record what it answered.       Crash before it: as in 2. Crash after it: the repeat answers the row.
// The token is in nobody's database: whoever repeats brings it again. Who has none any more (a purchase resumed after a
// crash) can only go on with what an earlier attempt came to: that needs no token, and starts nothing.
import type { RequestContext } from '../../platform/subgraph/context.ts';
import {
  type AccountId,
  type PaymentId,
  type PurchaseId,
  parseId,
  type Unparsed,
  type UnparsedKeys,
} from '../../platform/values/ids.ts';
import { fromNumeric, type Money, parsePositiveMoney } from '../../platform/values/money.ts';
import { badInput } from '../../platform/values/refusal.ts';
import { refuse } from './errors.ts';
import type { Own } from './own.ts';
import {
  insertPayment,
  isTombstone,
  type PaymentKeys,
  type PaymentRow,
  paymentOfPurchase,
} from './payment.ts';
import { recordCharge } from './record-charge.ts';

interface NewPayment extends UnparsedKeys<PaymentKeys> {
  amount: Money;
  /** Null goes on with an earlier attempt. */
  token?: string | null | undefined;
}

/**
 * Refusals: PAYMENT_DECLINED, PAYMENT_TOKEN_INVALID, PAYMENT_TOKEN_MISSING, PAYMENT_VOIDED, PAYMENT_CONFLICT,
 * BAD_USER_INPUT.
 */
export async function createPayment(ctx: RequestContext<Own>, input: NewPayment): Promise<PaymentRow> {
  const keys = checkedKeys(input);
  const amount = parsePositiveMoney(input.amount);
  const { token } = input;
  if (token === null || token === undefined) return resumedPayment(ctx, keys, amount);
  if (!/^[\x21-\x7e]{1,255}$/.test(token)) throw refuse('PAYMENT_TOKEN_INVALID');
  const created = await insertPayment(ctx, keys, amount);
  const payment = created ?? (await existingPayment(ctx, keys, amount));
  // Neither created nor there: the id was taken by the payment of another purchase.
  if (payment === null) throw refuse('PAYMENT_CONFLICT');
  if (payment.status !== 'PENDING') return answerFor(payment);
  ctx.crashPoint('after recording the intent');

  const { provider, insist } = ctx.own;
  const charge = await insist(ctx.signal, async (signal, isRepeat) => {
    const mayExist = created === null || isRepeat;
    const known = mayExist ? await provider.find(payment.id, signal) : null;
    return known ?? provider.authorize({ reference: payment.id, amount, token }, signal);
  });
  ctx.crashPoint('after the provider authorized');
  return answerFor(await recordCharge(ctx, payment, charge));
}

/** What an earlier attempt came to. Writes no row: one that is missing stays missing, so that a void finds all there is. */
async function resumedPayment(
  ctx: RequestContext<Own>,
  keys: PaymentKeys,
  amount: Money,
): Promise<PaymentRow> {
  const payment = await existingPayment(ctx, keys, amount);
  if (payment === null) throw refuse('PAYMENT_TOKEN_MISSING');
  if (payment.status !== 'PENDING') return answerFor(payment);
  const { provider, insist } = ctx.own;
  const charge = await insist(ctx.signal, (signal) => provider.find(payment.id, signal));
  // The row stays PENDING: the authorisation may still be on its way, and the void that follows overtakes it.
  if (charge === null) throw refuse('PAYMENT_TOKEN_MISSING');
  return answerFor(await recordCharge(ctx, payment, charge));
}

/** The ids in canonical form. Throws BAD_USER_INPUT. */
export function checkedKeys({ id, purchaseId, accountId }: UnparsedKeys<PaymentKeys>): PaymentKeys {
  return {
    id: canonical<PaymentId>('id', id),
    purchaseId: canonical<PurchaseId>('purchaseId', purchaseId),
    accountId: canonical<AccountId>('accountId', accountId),
  };
}

function canonical<Id extends string>(argument: string, text: Unparsed<Id>): Id {
  const id = parseId<Id>(text);
  if (id === null) throw badInput(argument, 'must be a UUID');
  return id;
}

/** The payment this purchase has already, or null. Throws PAYMENT_CONFLICT when it is not the one that is asked for. */
async function existingPayment(
  ctx: RequestContext<Own>,
  keys: PaymentKeys,
  asked: Money,
): Promise<PaymentRow | null> {
  const existing = await paymentOfPurchase(ctx, keys.purchaseId);
  if (existing === null || isTombstone(existing)) return existing;
  const { amount, currency } = fromNumeric(existing.amount, existing.currency);
  const isSame =
    existing.id === keys.id &&
    existing.account_id === keys.accountId &&
    amount === asked.amount &&
    currency === asked.currency;
  if (!isSame) throw refuse('PAYMENT_CONFLICT');
  return existing;
}

function answerFor(payment: PaymentRow): PaymentRow {
  if (payment.status === 'DECLINED') throw refuse('PAYMENT_DECLINED');
  if (payment.status === 'VOIDED') throw refuse('PAYMENT_VOIDED');
  if (payment.status === 'PENDING')
    throw new Error(`the provider's answer about payment ${payment.id} fits no transition`);
  return payment;
}
