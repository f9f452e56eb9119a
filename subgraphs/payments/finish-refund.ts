// The phases of a refund that follow its intent: the provider is asked with the refund's id, and what it answered is
// written down. Safe to run any number of times, by whoever finds the refund PENDING: its request, a repeat, the sweeper.
import type { EntityManager } from 'typeorm';
import { uuid } from '../../platform/database/column.ts';
import { changeStatement } from '../../platform/database/statement.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import type { RefundId } from '../../platform/values/ids.ts';
import { fromNumeric, toMinorUnits } from '../../platform/values/money.ts';
import type { Own } from './own.ts';
import { lockPayment, type PaymentRow } from './payment.ts';
import { postRefund } from './posting.ts';
import type { RefundRow } from './refund.ts';

export const failRefundStatement = changeStatement({
  text: `UPDATE payments.refund SET status = 'FAILED', updated_at = now() WHERE id = $1 AND status = 'PENDING'`,
  params: [uuid<RefundId>()],
});

export const completeRefundStatement = changeStatement({
  text: `UPDATE payments.refund SET status = 'COMPLETED', updated_at = now() WHERE id = $1 AND status = 'PENDING'`,
  params: [uuid<RefundId>()],
});

/** The payment after it; null when the provider refuses, for good. Throws ProviderFault: then it stays PENDING. */
export async function finishRefund(
  ctx: Pick<Context<Own>, 'db' | 'own'>,
  refund: RefundRow,
  signal: AbortSignal,
): Promise<PaymentRow | null> {
  const { provider, insist } = ctx.own;
  const amount = fromNumeric(refund.amount, refund.currency);
  const outcome = await insist(signal, (attempt) =>
    provider.refund({ reference: refund.payment_id, refundReference: refund.id, amount }, attempt),
  );
  if (outcome === 'REFUNDED') return ctx.db.transaction((tx) => complete(tx, refund));
  // The reservation ends, and the key stays taken: its repeat gets this same answer.
  await failRefundStatement.run(ctx.db, [refund.id]);
  return null;
}

/** A repeat that finds the refund completed by another call answers the payment as it is. */
async function complete(tx: EntityManager, refund: RefundRow): Promise<PaymentRow> {
  const payment = await lockPayment(tx, refund.payment_id);
  if (payment === null) throw new Error(`payment ${refund.payment_id} is gone`);
  const [, completed] = await completeRefundStatement.run(tx, [refund.id]);
  if (completed === 0) return payment;
  const minor = (text: string) => toMinorUnits(fromNumeric(text, payment.currency));
  const isAll = minor(payment.refunded) + minor(refund.amount) === minor(payment.amount);
  const moved = await postRefund(tx, payment, refund, isAll ? 'REFUNDED' : 'PARTIALLY_REFUNDED');
  if (moved === null)
    throw new Error(`payment ${payment.id} is ${payment.status}, and a refund of it went through`);
  return moved;
}
