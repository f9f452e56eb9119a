// The phases of a refund after its intent is recorded: call the provider with the refund's id, and record the result. They may
// run any number of times, from the request, from a repeat or from the sweeper.
import type { EntityManager } from 'typeorm';
import { uuid } from '../../platform/database/column.ts';
import { changeStatement } from '../../platform/database/statement.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import type { RefundId } from '../../platform/values/ids.ts';
import { fromNumeric, toMinorUnits } from '../../platform/values/money.ts';
import { postRefund } from './ledger/posting.ts';
import type { Own } from './own.ts';
import { lockPayment, type PaymentRow } from './payment.ts';
import type { RefundRow } from './refund.ts';

export const failRefundStatement = changeStatement({
  text: `UPDATE payments.refund SET status = 'FAILED', updated_at = now() WHERE id = $1 AND status = 'PENDING'`,
  params: [uuid<RefundId>()],
});

export const completeRefundStatement = changeStatement({
  text: `UPDATE payments.refund SET status = 'COMPLETED', updated_at = now() WHERE id = $1 AND status = 'PENDING'`,
  params: [uuid<RefundId>()],
});

/**
 * Returns the payment after the refund, or null when the provider refuses permanently. Throws ProviderFault when the provider
 * does not answer: then the refund stays PENDING.
 */
export async function finishRefund(
  ctx: Pick<Context<Own>, 'db' | 'own'>,
  refund: RefundRow,
  signal: AbortSignal,
): Promise<PaymentRow | null> {
  const { provider, callProvider } = ctx.own;
  const amount = fromNumeric(refund.amount, refund.currency);
  const outcome = await callProvider(signal, (attempt) =>
    provider.refund({ reference: refund.payment_id, refundReference: refund.id, amount }, attempt),
  );
  if (outcome === 'REFUNDED') return ctx.db.transaction((tx) => completeRefund(tx, refund));
  // The amount is no longer reserved. The row keeps its idempotency key, so that a repeat gets the same answer.
  await failRefundStatement.run(ctx.db, [refund.id]);
  return null;
}

/** Records the refund and its postings. When another call has already done so, returns the payment as it is. */
async function completeRefund(tx: EntityManager, refund: RefundRow): Promise<PaymentRow> {
  const payment = await lockPayment(tx, refund.payment_id);
  if (payment === null) throw new Error(`payment ${refund.payment_id} is gone`);
  const [, completed] = await completeRefundStatement.run(tx, [refund.id]);
  if (completed === 0) return payment;
  const minor = (text: string) => toMinorUnits(fromNumeric(text, payment.currency));
  const isFullRefund = minor(payment.refunded) + minor(refund.amount) === minor(payment.amount);
  const movedPayment = await postRefund(
    tx,
    payment,
    refund,
    isFullRefund ? 'REFUNDED' : 'PARTIALLY_REFUNDED',
  );
  if (movedPayment === null)
    throw new Error(`the provider refunded payment ${payment.id}, whose status is ${payment.status}`);
  return movedPayment;
}
