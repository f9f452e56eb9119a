// Changes the status of a payment, by the transitions that payment-status.ts allows. Postings move money: see ../ledger/movement.ts.
import { array, text, uuid } from '../../../platform/database/column.ts';
import { changeStatement } from '../../../platform/database/statement.ts';
import type { PaymentId } from '../../../platform/values/ids.ts';
import { type PaymentRow, paymentTableRow, type Queryable } from '../payment.ts';
import { getSourceStatuses, type PaymentStatus } from '../payment-status.ts';

export const movePaymentStatement = changeStatement({
  text: `UPDATE payments.payment SET status = $2, provider_id = $4, updated_at = now()
     WHERE id = $1 AND status = ANY($3) RETURNING *`,
  params: [uuid<PaymentId>(), text<PaymentStatus>(), array(text<PaymentStatus>()), text()],
  row: paymentTableRow,
});

/** Changes a status without moving money. Returns null when the transition from the row's present status is not allowed. */
export async function movePayment(
  { db }: Queryable,
  id: PaymentId,
  to: 'AUTHORIZED' | 'DECLINED' | 'VOIDED' | 'EXPIRED',
  providerId: string,
): Promise<PaymentRow | null> {
  const [[row]] = await movePaymentStatement.run(db, [id, to, getSourceStatuses(to), providerId]);
  return row ?? null;
}
