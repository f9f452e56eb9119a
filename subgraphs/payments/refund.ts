// The refund table: row, entity, reads. A PENDING refund reserves its amount before the provider hears of it; only
// COMPLETED ones reached the card and are shown.
import { EntitySchema } from 'typeorm';
import {
  array,
  bigint,
  boolean,
  numeric,
  type RowOf,
  text,
  timestamptz,
  uuid,
} from '../../platform/database/column.ts';
import { changeStatement, statement } from '../../platform/database/statement.ts';
import { batched } from '../../platform/reads/batch.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import type { IdempotencyKey, PaymentId, RefundId } from '../../platform/values/ids.ts';

export type RefundStatus = 'PENDING' | 'COMPLETED' | 'FAILED';

export type RefundRow = RowOf<typeof refundRow>;

export const refundRow = {
  /** Also our reference of the refund at the provider. */
  id: uuid<RefundId>(),
  payment_id: uuid<PaymentId>(),
  idempotency_key: text<IdempotencyKey>(),
  status: text<RefundStatus>(),
  /** numeric(15,3) as text: read it with fromNumeric. */
  amount: numeric(),
  currency: text(),
  /** True when it was asked for as "all that is left": part of what a repeat must agree with. */
  is_remainder: boolean(),
  reason: text(),
  created_at: timestamptz(),
  updated_at: timestamptz(),
};

export const refundTable = new EntitySchema<RefundRow>({
  name: 'refund',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'refund_pkey' },
    payment_id: { type: 'uuid' },
    idempotency_key: { type: 'text' },
    status: { type: 'text' },
    amount: { type: 'numeric', precision: 15, scale: 3 },
    currency: { type: 'text' },
    is_remainder: { type: 'boolean' },
    reason: { type: 'text' },
    created_at: { type: 'timestamptz', default: () => 'now()' },
    updated_at: { type: 'timestamptz', default: () => 'now()' },
  },
  foreignKeys: [
    {
      name: 'refund_payment_id_fkey',
      target: 'payment',
      columnNames: ['payment_id'],
      referencedColumnNames: ['id'],
    },
  ],
  // Its first column also serves "the refunds of these payments".
  uniques: [{ name: 'refund_payment_id_idempotency_key_key', columns: ['payment_id', 'idempotency_key'] }],
  indices: [{ name: 'refund_pending_idx', columns: ['updated_at'], where: `"status" = 'PENDING'` }],
  checks: [
    { name: 'refund_status_check', expression: `"status" IN ('PENDING', 'COMPLETED', 'FAILED')` },
    { name: 'refund_amount_check', expression: `"amount" > 0` },
    { name: 'refund_currency_check', expression: `"currency" ~ '^[A-Z]{3}$'` },
  ],
});

export const completedRefundsStatement = statement({
  text: `SELECT * FROM payments.refund WHERE payment_id = ANY($1) AND status = 'COMPLETED' ORDER BY id`,
  params: [array(uuid<PaymentId>())],
  row: refundRow,
});

/** What was given back of a payment, oldest first; one statement for all payments of a plan node. */
export const refundsOf = batched<PaymentId, RefundRow[]>(async ({ db }, paymentIds) => {
  const rows = await completedRefundsStatement.run(db, [paymentIds]);
  const byPayment = Map.groupBy(rows, ({ payment_id }) => payment_id);
  return paymentIds.map((id) => byPayment.get(id) ?? []);
});

/** PENDING for longer than a provider that answers takes. */
export const refundIsDue = `status = 'PENDING' AND updated_at < now() - interval '5 seconds'`;

export const claimRefundsStatement = changeStatement({
  text: `UPDATE payments.refund SET updated_at = now() WHERE id IN (
       SELECT id FROM payments.refund WHERE ${refundIsDue}
       ORDER BY updated_at LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING *`,
  params: [bigint()],
  row: refundRow,
});

/** Takes due refunds: until they are due again, no other sweep sees them. */
export async function claimRefunds({ db }: Pick<Context, 'db'>, limit: number): Promise<RefundRow[]> {
  const [rows] = await claimRefundsStatement.run(db, [limit]);
  return rows;
}
