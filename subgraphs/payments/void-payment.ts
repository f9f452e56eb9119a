// voidPayment: the undo of createPayment, whatever that had come to. The provider voids first and the row follows, so a
// crash between the two leaves a row that a repeat moves; a row never says VOIDED while an amount is held.
import type { RequestContext } from '../../platform/subgraph/context.ts';
import type { UnparsedKeys } from '../../platform/values/ids.ts';
import { checkedKeys } from './create-payment.ts';
import { refuse } from './errors.ts';
import type { Own } from './own.ts';
import { insertTombstone, type PaymentKeys, type PaymentRow, paymentOfPurchase } from './payment.ts';
import { isCaptured, type PaymentStatus } from './payment-status.ts';
import { recordCharge } from './record-charge.ts';

/** Refusals: PAYMENT_ALREADY_CAPTURED, PAYMENT_CONFLICT, BAD_USER_INPUT. */
export async function voidPayment(
  ctx: RequestContext<Own>,
  input: UnparsedKeys<PaymentKeys>,
): Promise<PaymentStatus> {
  const keys = checkedKeys(input);
  // The tombstone: a createPayment that is still on its way finds its purchase taken. The provider knows nothing yet.
  const tombstone = await insertTombstone(ctx, keys);
  if (tombstone !== null) return tombstone.status;

  const payment = await paymentOfPurchase(ctx, keys.purchaseId);
  if (payment === null) throw refuse('PAYMENT_CONFLICT');
  return answerFor(await voided(ctx, payment));
}

async function voided(ctx: RequestContext<Own>, payment: PaymentRow): Promise<PaymentRow> {
  if (payment.status !== 'PENDING' && payment.status !== 'AUTHORIZED') return payment;
  const { provider, insist } = ctx.own;
  // PENDING says nothing about the provider: its call may be over, under way, or still to come. Voiding by our
  // reference covers all three, because the provider keeps a tombstone of its own.
  const charge = await insist(ctx.signal, (signal) => provider.void(payment.id, signal));
  ctx.crashPoint('after the provider voided');
  return recordCharge(ctx, payment, charge);
}

function answerFor(payment: PaymentRow): PaymentStatus {
  if (isCaptured(payment.status)) throw refuse('PAYMENT_ALREADY_CAPTURED');
  if (payment.status === 'VOIDED' || payment.status === 'DECLINED') return payment.status;
  throw new Error(`the provider's answer about payment ${payment.id} fits no transition`);
}
