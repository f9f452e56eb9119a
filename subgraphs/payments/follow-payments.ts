// Follows payments after their request has ended: compares each with its charge at the provider, again and again in growing
// distance, because refunds, disputes and reversals come weeks later and the provider's event about them may be lost. A round
// claims a bounded number of payments by an index, asks the provider for each, and writes only what has changed.
import { array, bigint, integer, text, uuid } from '../../platform/database/column.ts';
import { changeStatement } from '../../platform/database/statement.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import type { PaymentId } from '../../platform/values/ids.ts';
import type { Own } from './own.ts';
import { type PaymentRow, paymentTableRow } from './payment.ts';
import { isFinal, type PaymentStatus, paymentStatuses } from './payment-status.ts';
import { isRecorded, recordCharge } from './record/record-charge.ts';

// A claim ends by itself after a minute: then a payment that could not be compared is due again.
export const claimFollowedStatement = changeStatement({
  text: `UPDATE payments.payment SET check_at = now() + interval '1 minute' WHERE id IN (
       SELECT id FROM payments.payment WHERE check_at <= now()
       ORDER BY check_at LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING *`,
  params: [bigint()],
  row: paymentTableRow,
});

// The distance is half of the payment's age: what happens soon after the payment is found soon. It is a day at most.
export const scheduleStatement = changeStatement({
  text: `UPDATE payments.payment SET check_at = CASE
       WHEN status = ANY($4) OR now() - created_at > $2::integer * interval '1 day' THEN NULL
       ELSE now() + least(interval '1 day', greatest($3::integer * interval '1 second', (now() - created_at) / 2)) END
     WHERE id = ANY($1)`,
  params: [array(uuid<PaymentId>()), integer(), integer(), array(text<PaymentStatus>())],
});

/** Compares at most `limit` payments that are due. Returns what went wrong for each that could not be compared. */
export async function followPayments(
  ctx: Pick<Context<Own>, 'db' | 'own'>,
  limit: number,
  signal: AbortSignal,
): Promise<unknown[]> {
  const [claimed] = await claimFollowedStatement.run(ctx.db, [limit]);
  if (claimed.length === 0) return [];
  const results = await Promise.allSettled(claimed.map((payment) => reconcile(ctx, payment, signal)));
  const compared = claimed.filter((_, index) => results[index]?.status === 'fulfilled').map(({ id }) => id);
  const { days, firstSeconds } = ctx.own.follow;
  const finalStatuses = paymentStatuses.filter(isFinal);
  if (compared.length > 0) await scheduleStatement.run(ctx.db, [compared, days, firstSeconds, finalStatuses]);
  return results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
}

/** Asks the provider for the charge of a payment, and records what has changed. A payment that can no longer change is left. */
export async function reconcile(
  ctx: Pick<Context<Own>, 'db' | 'own'>,
  payment: PaymentRow,
  signal: AbortSignal,
): Promise<void> {
  if (isFinal(payment.status)) return;
  const { provider, callProvider } = ctx.own;
  const charge = await callProvider(signal, (attempt) => provider.find(payment.id, attempt));
  if (charge !== null && !isRecorded(payment, charge)) await recordCharge(ctx, payment, charge);
}
