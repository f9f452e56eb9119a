// The payment table: row, entity, reads, and the writes of a status that move no money.
// A row is never deleted. A tombstone is the row of a payment that never was: VOIDED before it was created, so that a late
// createPayment finds its purchase taken. Clients see no tombstones.
// A status is written in three places and nowhere else: `insert` and `movePayment` here, `moveAndPost` in posting.ts. Each is
// one statement that answers the changed row: the event of the change is one more INSERT in it, and so commits with it.
import { type EntityManager, EntitySchema } from 'typeorm';
import {
  array,
  bigint,
  integer,
  nullable,
  numeric,
  type RowOf,
  text,
  timestamptz,
  uuid,
} from '../../platform/database/column.ts';
import { changeStatement, statement } from '../../platform/database/statement.ts';
import { batchedById } from '../../platform/reads/batch.ts';
import { batchedConnection } from '../../platform/reads/connection.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import type { AccountId, PaymentId, PurchaseId } from '../../platform/values/ids.ts';
import type { Money } from '../../platform/values/money.ts';
import { type PaymentStatus, sourcesOf } from './payment-status.ts';

/** A payment as it is read: without what only statements look at. */
export type PaymentRow = RowOf<typeof paymentRow>;

export const paymentRow = {
  /** Made by purchases; also our reference at the provider. */
  id: uuid<PaymentId>(),
  purchase_id: uuid<PurchaseId>(),
  account_id: uuid<AccountId>(),
  status: text<PaymentStatus>(),
  /** numeric(15,3) as text: read it with fromNumeric. */
  amount: numeric(),
  refunded: numeric(),
  currency: text(),
  created_at: timestamptz(),
};

/** All columns. */
export const paymentTableRow = {
  ...paymentRow,
  /** The provider's id of the charge; null until it has answered. */
  provider_id: nullable(text()),
  updated_at: timestamptz(),
};

/** ISO 4217's code for "no currency is involved": what a tombstone has instead of an amount. */
const noCurrency = 'XXX';

export function isTombstone({ currency }: Pick<PaymentRow, 'currency'>): boolean {
  return currency === noCurrency;
}

export const paymentTable = new EntitySchema<RowOf<typeof paymentTableRow>>({
  name: 'payment',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'payment_pkey' },
    purchase_id: { type: 'uuid' },
    account_id: { type: 'uuid' },
    status: { type: 'text' },
    amount: { type: 'numeric', precision: 15, scale: 3 },
    refunded: { type: 'numeric', precision: 15, scale: 3, default: 0 },
    currency: { type: 'text' },
    provider_id: { type: 'text', nullable: true },
    created_at: { type: 'timestamptz', default: () => 'now()' },
    updated_at: { type: 'timestamptz', default: () => 'now()' },
  },
  uniques: [{ name: 'payment_purchase_id_key', columns: ['purchase_id'] }],
  indices: [
    { name: 'payment_account_id_idx', columns: ['account_id', 'id'] },
    { name: 'payment_pending_idx', columns: ['updated_at'], where: `"status" = 'PENDING'` },
  ],
  checks: [
    {
      name: 'payment_status_check',
      expression: `"status" IN ('PENDING', 'AUTHORIZED', 'DECLINED', 'CAPTURED', 'VOIDED', 'PARTIALLY_REFUNDED', 'REFUNDED')`,
    },
    {
      name: 'payment_amount_check',
      expression: `CASE "currency" WHEN 'XXX' THEN "amount" = 0 AND "status" = 'VOIDED' ELSE "amount" > 0 END`,
    },
    {
      name: 'payment_refunded_check',
      expression: `CASE "status" WHEN 'REFUNDED' THEN "refunded" = "amount"
        WHEN 'PARTIALLY_REFUNDED' THEN "refunded" > 0 AND "refunded" < "amount" ELSE "refunded" = 0 END`,
    },
    { name: 'payment_currency_check', expression: `"currency" ~ '^[A-Z]{3}$'` },
    {
      name: 'payment_provider_id_check',
      expression: `"provider_id" IS NOT NULL OR "status" IN ('PENDING', 'DECLINED', 'VOIDED')`,
    },
  ],
});

/** A PaymentRow. Pages read many of them: what nobody looks at costs more than naming the rest. */
const columns = 'id, purchase_id, account_id, status, amount, refunded, currency, created_at';

export const paymentsByIdStatement = statement({
  text: `SELECT ${columns} FROM payments.payment WHERE id = ANY($1)`,
  params: [array(uuid<PaymentId>())],
  row: paymentRow,
});

/** Payments by id, one statement for a whole plan node. */
export const paymentById = batchedById<PaymentRow>(({ db }, ids) => paymentsByIdStatement.run(db, [ids]));

export const pagesOfPaymentsStatement = statement({
  text: `SELECT p.*, wanted.page::integer
     FROM unnest($1::uuid[], $2::uuid[], $3::integer[]) WITH ORDINALITY AS wanted (owner, before, count, page)
     CROSS JOIN LATERAL (
       SELECT ${columns} FROM payments.payment
       WHERE account_id = wanted.owner AND currency <> '${noCurrency}' AND id < wanted.before
       ORDER BY id DESC LIMIT wanted.count) AS p
     ORDER BY p.id DESC`,
  params: [array(uuid<AccountId>()), array(uuid()), array(integer())],
  row: { ...paymentRow, page: integer() },
});

/** The payments of accounts, newest first, one statement for all accounts. */
export const paymentsOf = batchedConnection<PaymentRow, AccountId>(({ db }, pages) =>
  pagesOfPaymentsStatement.run(db, pages),
);

export const paymentOfPurchaseStatement = statement({
  text: 'SELECT * FROM payments.payment WHERE purchase_id = $1',
  params: [uuid<PurchaseId>()],
  row: paymentTableRow,
});

/** The payment of a purchase; there is one at most, in whatever state. */
export async function paymentOfPurchase(
  { db }: Pick<Context, 'db'>,
  purchaseId: PurchaseId,
): Promise<PaymentRow | null> {
  const [row] = await paymentOfPurchaseStatement.run(db, [purchaseId]);
  return row ?? null;
}

export const paymentsOfReferencesStatement = statement({
  text: 'SELECT * FROM payments.payment WHERE id = ANY($1)',
  params: [array(uuid<PaymentId>())],
  row: paymentTableRow,
});

/** Payments by their ids, which are also our references at the provider. The caller makes sure that they are UUIDs. */
export async function paymentsOfReferences(
  { db }: Pick<Context, 'db'>,
  references: readonly PaymentId[],
): Promise<PaymentRow[]> {
  return paymentsOfReferencesStatement.run(db, [references]);
}

export const lockPaymentStatement = statement({
  text: 'SELECT * FROM payments.payment WHERE id = $1 FOR UPDATE',
  params: [uuid<PaymentId>()],
  row: paymentTableRow,
});

/** The same, held against all other writers until the transaction ends. */
export async function lockPayment(tx: EntityManager, id: PaymentId): Promise<PaymentRow | null> {
  const [row] = await lockPaymentStatement.run(tx, [id]);
  return row ?? null;
}

/** PENDING for so long that whoever asked for it is gone, or was told of a fault. */
export const paymentIsDue = `status = 'PENDING' AND updated_at < now() - interval '1 minute'`;

export const claimPaymentsStatement = changeStatement({
  text: `UPDATE payments.payment SET updated_at = now() WHERE id IN (
       SELECT id FROM payments.payment WHERE ${paymentIsDue}
       ORDER BY updated_at LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING *`,
  params: [bigint()],
  row: paymentTableRow,
});

/** Takes due payments: until they are due again, no other sweep sees them. */
export async function claimPayments({ db }: Pick<Context, 'db'>, limit: number): Promise<PaymentRow[]> {
  const [rows] = await claimPaymentsStatement.run(db, [limit]);
  return rows;
}

/** Who pays for what, under which id. */
export interface PaymentKeys {
  id: PaymentId;
  purchaseId: PurchaseId;
  accountId: AccountId;
}

/** Writes a PENDING payment unless its purchase (or its id) has one: null then. The unique constraint decides who was first. */
export function insertPayment(
  ctx: Pick<Context, 'db'>,
  keys: PaymentKeys,
  amount: Money,
): Promise<PaymentRow | null> {
  return insert(ctx, keys, amount, 'PENDING');
}

/** Writes a tombstone under the same rule. */
export function insertTombstone(ctx: Pick<Context, 'db'>, keys: PaymentKeys): Promise<PaymentRow | null> {
  return insert(ctx, keys, { amount: '0', currency: noCurrency }, 'VOIDED');
}

export const insertPaymentStatement = statement({
  text: `INSERT INTO payments.payment (id, purchase_id, account_id, status, amount, currency)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING *`,
  params: [
    uuid<PaymentId>(),
    uuid<PurchaseId>(),
    uuid<AccountId>(),
    text<PaymentStatus>(),
    numeric(),
    text(),
  ],
  row: paymentTableRow,
});

async function insert(
  { db }: Pick<Context, 'db'>,
  { id, purchaseId, accountId }: PaymentKeys,
  { amount, currency }: Money,
  status: PaymentStatus,
): Promise<PaymentRow | null> {
  const values = [id, purchaseId, accountId, status, amount, currency] as const;
  const [row] = await insertPaymentStatement.run(db, values);
  return row ?? null;
}

export const movePaymentStatement = changeStatement({
  text: `UPDATE payments.payment SET status = $2, provider_id = $4, updated_at = now()
     WHERE id = $1 AND status = ANY($3) RETURNING *`,
  params: [uuid<PaymentId>(), text<PaymentStatus>(), array(text<PaymentStatus>()), text()],
  row: paymentTableRow,
});

/** Moves a status that moves no money. Null when the row is not, or no longer, where the table lets it come from. */
export async function movePayment(
  { db }: Pick<Context, 'db'>,
  id: PaymentId,
  to: 'AUTHORIZED' | 'DECLINED' | 'VOIDED',
  providerId: string,
): Promise<PaymentRow | null> {
  const [[row]] = await movePaymentStatement.run(db, [id, to, sourcesOf(to), providerId]);
  return row ?? null;
}
