// Records refunds that the provider has made: those that we asked for, and those that were made there alone. Each is recorded once,
// by its reference, with the payment locked.
import type { EntityManager } from 'typeorm';
import { numeric, text, uuid } from '../../../platform/database/column.ts';
import { changeStatement, oneRowStatement, statement } from '../../../platform/database/statement.ts';
import { newRefundId, type PaymentId, type RefundId } from '../../../platform/values/ids.ts';
import { postRefund } from '../ledger/movement.ts';
import type { PaymentRow } from '../payment.ts';
import type { ChargeRefund } from '../provider/provider.ts';
import { type RefundRow, refundRow } from '../refund.ts';

/** The reason of a refund that was made at the provider alone. The provider tells none. */
export const providerReason = 'Refunded at the payment provider.';

export const refundsOfPaymentStatement = statement({
  text: 'SELECT * FROM payments.refund WHERE payment_id = $1',
  params: [uuid<PaymentId>()],
  row: refundRow,
});

// A refund that the provider refused at first may be made in spite of that. What the provider's books say is what happened.
export const completeRefundStatement = changeStatement({
  text: `UPDATE payments.refund SET status = 'COMPLETED', updated_at = now() WHERE id = $1 AND status <> 'COMPLETED'`,
  params: [uuid<RefundId>()],
});

export const insertProviderRefundStatement = oneRowStatement({
  text: `INSERT INTO payments.refund (id, payment_id, provider_reference, status, amount, currency, is_remainder, reason)
     VALUES ($1, $2, $3, 'COMPLETED', $4, $5, false, $6) RETURNING *`,
  params: [uuid<RefundId>(), uuid<PaymentId>(), text(), numeric(), text(), text()],
  row: refundRow,
});

/** Records all refunds of a charge. Returns the payment after them. The caller has locked the payment. */
export async function recordRefunds(
  tx: EntityManager,
  payment: PaymentRow,
  refunds: readonly ChargeRefund[],
): Promise<PaymentRow> {
  if (refunds.length === 0) return payment;
  const known = await refundsOfPaymentStatement.run(tx, [payment.id]);
  let latest = payment;
  for (const { reference, amount } of refunds) {
    const row = known.find(({ id, provider_reference }) => [id, provider_reference].includes(reference));
    if (row !== undefined) latest = await completeRefund(tx, latest, row);
    else {
      const values = [
        newRefundId(),
        payment.id,
        reference,
        amount,
        payment.currency,
        providerReason,
      ] as const;
      const [inserted] = await insertProviderRefundStatement.run(tx, values);
      latest = await postOrThrow(tx, latest, inserted);
    }
  }
  return latest;
}

/** Records a refund of ours as COMPLETED, with its postings. Returns the payment as it is when that was done already. */
export async function completeRefund(
  tx: EntityManager,
  payment: PaymentRow,
  refund: RefundRow,
): Promise<PaymentRow> {
  if (refund.status === 'COMPLETED') return payment;
  const [, completed] = await completeRefundStatement.run(tx, [refund.id]);
  return completed === 0 ? payment : postOrThrow(tx, payment, refund);
}

async function postOrThrow(tx: EntityManager, payment: PaymentRow, refund: RefundRow): Promise<PaymentRow> {
  const moved = await postRefund(tx, payment, refund);
  if (moved === null)
    throw new Error(`the provider refunded payment ${payment.id}, whose status is ${payment.status}`);
  return moved;
}
