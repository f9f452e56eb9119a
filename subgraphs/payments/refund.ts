// The refund table: its row type, its entity and its reads. A PENDING refund reserves its amount before the provider is called.
// Only COMPLETED refunds have reached the card, and only they are shown. A refund that was made at the provider alone is COMPLETED
// from the beginning.
import { EntitySchema } from 'typeorm';
import {
  array,
  boolean,
  nullable,
  numeric,
  type RowOf,
  text,
  timestamptz,
  uuid,
} from '../../platform/database/column.ts';
import { statement } from '../../platform/database/statement.ts';
import { batchReads } from '../../platform/reads/batch.ts';
import type { IdempotencyKey, PaymentId, RefundId } from '../../platform/values/ids.ts';

export type RefundStatus = 'PENDING' | 'COMPLETED' | 'FAILED';

export type RefundRow = RowOf<typeof refundRow>;

export const refundRow = {
  /** Also the reference of the refund at the provider. */
  id: uuid<RefundId>(),
  payment_id: uuid<PaymentId>(),
  /** Null for a refund that was made at the provider alone. */
  idempotency_key: nullable(text<IdempotencyKey>()),
  status: text<RefundStatus>(),
  /** numeric(15,3) as text: read it with fromNumeric. */
  amount: numeric(),
  currency: text(),
  /** True when the request named no amount and so meant all that is left. A repeat must ask for the same. */
  is_remainder: boolean(),
  reason: text(),
  created_at: timestamptz(),
  updated_at: timestamptz(),
  /** The provider's own name for a refund that was made there alone. Null for a refund of ours. */
  provider_reference: nullable(text()),
};

export const refundTable = new EntitySchema<RefundRow>({
  name: 'refund',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'refund_pkey' },
    payment_id: { type: 'uuid' },
    idempotency_key: { type: 'text', nullable: true },
    status: { type: 'text' },
    amount: { type: 'numeric', precision: 15, scale: 3 },
    currency: { type: 'text' },
    is_remainder: { type: 'boolean' },
    reason: { type: 'text' },
    created_at: { type: 'timestamptz', default: () => 'now()' },
    updated_at: { type: 'timestamptz', default: () => 'now()' },
    provider_reference: { type: 'text', nullable: true },
  },
  foreignKeys: [
    {
      name: 'refund_payment_id_fkey',
      target: 'payment',
      columnNames: ['payment_id'],
      referencedColumnNames: ['id'],
    },
  ],
  // Because of its first column, each of these indexes also finds the refunds of a payment.
  uniques: [
    { name: 'refund_payment_id_idempotency_key_key', columns: ['payment_id', 'idempotency_key'] },
    { name: 'refund_payment_id_provider_reference_key', columns: ['payment_id', 'provider_reference'] },
  ],
  indices: [{ name: 'refund_pending_idx', columns: ['updated_at'], where: `"status" = 'PENDING'` }],
  checks: [
    { name: 'refund_status_check', expression: `"status" IN ('PENDING', 'COMPLETED', 'FAILED')` },
    { name: 'refund_amount_check', expression: `"amount" > 0` },
    {
      name: 'refund_provider_reference_check',
      expression: `num_nonnulls("idempotency_key", "provider_reference") = 1`,
    },
    { name: 'refund_currency_check', expression: `"currency" ~ '^[A-Z]{3}$'` },
  ],
});

export const completedRefundsStatement = statement({
  text: `SELECT * FROM payments.refund WHERE payment_id = ANY($1) AND status = 'COMPLETED' ORDER BY id`,
  params: [array(uuid<PaymentId>())],
  row: refundRow,
});

/** Reads the completed refunds of a payment, oldest first, with one statement for all payments of a plan node. */
export const refundsByPayment = batchReads<PaymentId, RefundRow[]>(async ({ db }, paymentIds) => {
  const rows = await completedRefundsStatement.run(db, [paymentIds]);
  const byPayment = Map.groupBy(rows, ({ payment_id }) => payment_id);
  return paymentIds.map((id) => byPayment.get(id) ?? []);
});
