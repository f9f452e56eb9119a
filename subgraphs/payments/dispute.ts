// The dispute table: its row type, its entity and its reads. The buyer's bank disputes a captured payment: the provider takes the
// amount back from us at once, and returns it only when we win. Only the provider opens and closes disputes.
import { EntitySchema } from 'typeorm';
import { array, numeric, type RowOf, text, timestamptz, uuid } from '../../platform/database/column.ts';
import { statement } from '../../platform/database/statement.ts';
import { batchReads } from '../../platform/reads/batch.ts';
import type { DisputeId, PaymentId } from '../../platform/values/ids.ts';
import type { DisputeStatus } from './dispute-status.ts';

export type DisputeRow = RowOf<typeof disputeRow>;

export const disputeRow = {
  id: uuid<DisputeId>(),
  payment_id: uuid<PaymentId>(),
  /** The provider's own name for the dispute. */
  provider_reference: text(),
  status: text<DisputeStatus>(),
  /** numeric(15,3) as text: read it with fromNumeric. */
  amount: numeric(),
  currency: text(),
  created_at: timestamptz(),
  updated_at: timestamptz(),
};

export const disputeTable = new EntitySchema<DisputeRow>({
  name: 'dispute',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'dispute_pkey' },
    payment_id: { type: 'uuid' },
    provider_reference: { type: 'text' },
    status: { type: 'text' },
    amount: { type: 'numeric', precision: 15, scale: 3 },
    currency: { type: 'text' },
    created_at: { type: 'timestamptz', default: () => 'now()' },
    updated_at: { type: 'timestamptz', default: () => 'now()' },
  },
  foreignKeys: [
    {
      name: 'dispute_payment_id_fkey',
      target: 'payment',
      columnNames: ['payment_id'],
      referencedColumnNames: ['id'],
    },
  ],
  // Because of its first column, this index also finds the disputes of a payment.
  uniques: [
    { name: 'dispute_payment_id_provider_reference_key', columns: ['payment_id', 'provider_reference'] },
  ],
  checks: [
    { name: 'dispute_status_check', expression: `"status" IN ('OPEN', 'WON', 'LOST')` },
    { name: 'dispute_amount_check', expression: `"amount" > 0` },
    { name: 'dispute_currency_check', expression: `"currency" ~ '^[A-Z]{3}$'` },
  ],
});

export const disputesStatement = statement({
  text: 'SELECT * FROM payments.dispute WHERE payment_id = ANY($1) ORDER BY id',
  params: [array(uuid<PaymentId>())],
  row: disputeRow,
});

/** Reads the disputes of a payment, oldest first, with one statement for all payments of a plan node. */
export const disputesByPayment = batchReads<PaymentId, DisputeRow[]>(async ({ db }, paymentIds) => {
  const rows = await disputesStatement.run(db, [paymentIds]);
  const byPayment = Map.groupBy(rows, ({ payment_id }) => payment_id);
  return paymentIds.map((id) => byPayment.get(id) ?? []);
});
