// Records disputes of a charge: each once when it is opened, and once when it is won or lost, with the postings of both. A dispute of
// which nothing was heard until it was closed is recorded as opened first.
import type { EntityManager } from 'typeorm';
import { array, numeric, text, uuid } from '../../../platform/database/column.ts';
import { changeStatement, oneRowStatement } from '../../../platform/database/statement.ts';
import { type DisputeId, newDisputeId, type PaymentId } from '../../../platform/values/ids.ts';
import { type DisputeRow, disputeRow, disputesStatement } from '../dispute.ts';
import { type DisputeStatus, disputeTransitions } from '../dispute-status.ts';
import { postDispute } from '../ledger/movement.ts';
import type { PaymentRow } from '../payment.ts';
import type { ChargeDispute } from '../provider/provider.ts';

export const insertDisputeStatement = oneRowStatement({
  text: `INSERT INTO payments.dispute (id, payment_id, provider_reference, status, amount, currency)
     VALUES ($1, $2, $3, 'OPEN', $4, $5) RETURNING *`,
  params: [uuid<DisputeId>(), uuid<PaymentId>(), text(), numeric(), text()],
  row: disputeRow,
});

export const closeDisputeStatement = changeStatement({
  text: `UPDATE payments.dispute SET status = $2, updated_at = now() WHERE id = $1 AND status = ANY($3) RETURNING *`,
  params: [uuid<DisputeId>(), text<DisputeStatus>(), array(text<DisputeStatus>())],
  row: disputeRow,
});

/** Records all disputes of a charge. Returns the payment after them. The caller has locked the payment. */
export async function recordDisputes(
  tx: EntityManager,
  payment: PaymentRow,
  disputes: readonly ChargeDispute[],
): Promise<PaymentRow> {
  if (disputes.length === 0) return payment;
  const known = await disputesStatement.run(tx, [[payment.id]]);
  let latest = payment;
  for (const { reference, status, amount } of disputes) {
    let row = known.find(({ provider_reference }) => provider_reference === reference);
    if (row === undefined) {
      const values = [newDisputeId(), payment.id, reference, amount, payment.currency] as const;
      [row] = await insertDisputeStatement.run(tx, values);
      latest = await post(tx, latest, row);
    }
    const sources = (['OPEN', 'WON', 'LOST'] as const).filter((from) =>
      disputeTransitions[from].includes(status),
    );
    const [[closed]] = await closeDisputeStatement.run(tx, [row.id, status, sources]);
    if (closed !== undefined) latest = await post(tx, latest, closed);
  }
  return latest;
}

async function post(tx: EntityManager, payment: PaymentRow, dispute: DisputeRow): Promise<PaymentRow> {
  const moved = await postDispute(tx, payment, dispute);
  if (moved === null)
    throw new Error(`payment ${payment.id} is disputed at the provider, and its status is ${payment.status}`);
  return moved;
}
