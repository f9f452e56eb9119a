// voidPayment: undoes createPayment, with any result. The provider voids first, and then the row is written. So a row
// never says VOIDED while an amount is held, and after a crash between the two a repeat writes the row.
import type { RequestContext } from '../../platform/subgraph/context.ts';
import type { UnparsedKeys } from '../../platform/values/ids.ts';
import { parseKeys } from './create-payment.ts';
import { refuse } from './errors.ts';
import type { Own } from './own.ts';
import { insertTombstone, type PaymentKeys, type PaymentRow, paymentByPurchase } from './payment.ts';
import { isCaptured, isHoldGone, type PaymentStatus } from './payment-status.ts';
import { giveUp } from './record/give-back.ts';
import { recordCharge } from './record/record-charge.ts';

/** Refusals: PAYMENT_ALREADY_CAPTURED, PAYMENT_CONFLICT, BAD_USER_INPUT. */
export async function voidPayment(
  ctx: RequestContext<Own>,
  input: UnparsedKeys<PaymentKeys>,
): Promise<PaymentStatus> {
  const keys = parseKeys(input);
  // With the tombstone, a createPayment that arrives later is refused. The provider has no charge in this case.
  const tombstone = await insertTombstone(ctx, keys);
  if (tombstone !== null) return tombstone.status;

  const payment = await paymentByPurchase(ctx, keys.purchaseId);
  if (payment === null) throw refuse('PAYMENT_CONFLICT');
  // A repeat gets the same answer, also when the provider captured the amount since: it is given back.
  if (payment.is_given_up) return isHoldGone(payment.status) ? payment.status : 'VOIDED';
  const voided = await voidAtProvider(ctx, payment);
  return requireVoided(isHoldGone(voided.status) ? await giveUp(ctx, voided) : voided);
}

async function voidAtProvider(ctx: RequestContext<Own>, payment: PaymentRow): Promise<PaymentRow> {
  if (payment.status !== 'PENDING' && payment.status !== 'AUTHORIZED') return payment;
  const { provider, callProvider } = ctx.own;
  // While a payment is PENDING, the provider may have authorised it, may be doing so, or may not have been called yet. A void by
  // the reference is correct in all three cases, because the provider keeps a tombstone for an unknown reference.
  const charge = await callProvider(ctx.signal, (signal) => provider.void(payment.id, signal));
  ctx.crashPoint('after the provider voided');
  return recordCharge(ctx, payment, charge);
}

function requireVoided(payment: PaymentRow): PaymentStatus {
  if (isCaptured(payment.status)) throw refuse('PAYMENT_ALREADY_CAPTURED');
  if (isHoldGone(payment.status) || payment.status === 'DECLINED') return payment.status;
  throw new Error(`payment ${payment.id} has no transition to the status that the provider answered`);
}
