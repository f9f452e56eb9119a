// The payment table: its row types, its entity, its reads, and the writes of a status that move no money.
// A row is never deleted. A tombstone is the row of a payment that was voided before it was created, so that a late
// createPayment is refused. Clients see no tombstones.
// Only three statements write a status: `insertRow` and `movePayment` here, and `moveAndPost` in ledger/movement.ts. Each returns the
// changed row. The event of a change will be one more INSERT in the same statement, so that it commits with the change.
import { type DataSource, type EntityManager, EntitySchema } from 'typeorm';
import {
  array,
  boolean,
  integer,
  nullable,
  numeric,
  type RowOf,
  text,
  timestamptz,
  uuid,
} from '../../platform/database/column.ts';
import { statement } from '../../platform/database/statement.ts';
import { batchReadsById } from '../../platform/reads/batch.ts';
import { batchConnections } from '../../platform/reads/connection.ts';
import { fromBothEnds, pageParams, unnestPages } from '../../platform/reads/page-sql.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import type { AccountId, PaymentId, PurchaseId } from '../../platform/values/ids.ts';
import type { Money } from '../../platform/values/money.ts';
import type { PaymentStatus } from './payment-status.ts';

/** The database of the subgraph, or a transaction in it. */
export interface Queryable {
  db: Pick<DataSource, 'query'>;
}

/** A payment as resolvers read it, without the columns that only statements use. */
export type PaymentRow = RowOf<typeof paymentRow>;

export const paymentRow = {
  /** Made by purchases. It is also the reference of the charge at the provider. */
  id: uuid<PaymentId>(),
  purchase_id: uuid<PurchaseId>(),
  account_id: uuid<AccountId>(),
  status: text<PaymentStatus>(),
  /** numeric(15,3) as text: read it with fromNumeric. */
  amount: numeric(),
  refunded: numeric(),
  /** What disputes have taken back that are open or lost. */
  disputed: numeric(),
  currency: text(),
  created_at: timestamptz(),
};

/** All columns. */
export const paymentTableRow = {
  ...paymentRow,
  /** The provider's id of the charge. Null until the provider has answered. */
  provider_id: nullable(text()),
  /** True when its purchase was told that nothing is held. What is captured after that is given back. */
  is_given_up: boolean(),
  updated_at: timestamptz(),
  /** When it is compared with the provider again. Null: never. */
  check_at: nullable(timestamptz()),
};

export type PaymentTableRow = RowOf<typeof paymentTableRow>;

/** The code of ISO 4217 for "no currency". It marks a tombstone, which has no amount. */
const noCurrency = 'XXX';

export function isTombstone({ currency }: Pick<PaymentRow, 'currency'>): boolean {
  return currency === noCurrency;
}

export const paymentTable = new EntitySchema<PaymentTableRow>({
  name: 'payment',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'payment_pkey' },
    purchase_id: { type: 'uuid' },
    account_id: { type: 'uuid' },
    status: { type: 'text' },
    amount: { type: 'numeric', precision: 15, scale: 3 },
    refunded: { type: 'numeric', precision: 15, scale: 3, default: 0 },
    disputed: { type: 'numeric', precision: 15, scale: 3, default: 0 },
    currency: { type: 'text' },
    provider_id: { type: 'text', nullable: true },
    is_given_up: { type: 'boolean', default: false },
    created_at: { type: 'timestamptz', default: () => 'now()' },
    updated_at: { type: 'timestamptz', default: () => 'now()' },
    check_at: { type: 'timestamptz', nullable: true },
  },
  uniques: [{ name: 'payment_purchase_id_key', columns: ['purchase_id'] }],
  indices: [
    { name: 'payment_account_id_idx', columns: ['account_id', 'id'] },
    { name: 'payment_pending_idx', columns: ['updated_at'], where: `"status" = 'PENDING'` },
    { name: 'payment_check_at_idx', columns: ['check_at'], where: `"check_at" IS NOT NULL` },
  ],
  checks: [
    {
      name: 'payment_status_check',
      expression: `"status" IN ('PENDING', 'AUTHORIZED', 'DECLINED', 'CAPTURED', 'VOIDED', 'EXPIRED', 'PARTIALLY_REFUNDED', 'REFUNDED', 'REVERSED')`,
    },
    {
      name: 'payment_amount_check',
      expression: `CASE "currency" WHEN 'XXX' THEN "amount" = 0 AND "status" = 'VOIDED' ELSE "amount" > 0 END`,
    },
    {
      name: 'payment_refunded_check',
      expression: `CASE "status" WHEN 'REFUNDED' THEN "refunded" = "amount"
        WHEN 'PARTIALLY_REFUNDED' THEN "refunded" > 0 AND "refunded" < "amount"
        WHEN 'REVERSED' THEN "refunded" < "amount" ELSE "refunded" = 0 END`,
    },
    { name: 'payment_disputed_check', expression: `"disputed" >= 0` },
    { name: 'payment_currency_check', expression: `"currency" ~ '^[A-Z]{3}$'` },
    {
      name: 'payment_provider_id_check',
      expression: `"provider_id" IS NOT NULL OR "status" IN ('PENDING', 'DECLINED', 'VOIDED')`,
    },
  ],
});

/** The columns of a PaymentRow. A page reads many rows, so the statements leave out the columns that resolvers do not use. */
const columns = 'id, purchase_id, account_id, status, amount, refunded, disputed, currency, created_at';

export const paymentsByIdStatement = statement({
  text: `SELECT ${columns} FROM payments.payment WHERE id = ANY($1)`,
  params: [array(uuid<PaymentId>())],
  row: paymentRow,
});

/** Reads payments by id, with one statement for a whole plan node. */
export const paymentById = batchReadsById<PaymentRow>(({ db }, ids) => paymentsByIdStatement.run(db, [ids]));

export const pagesOfPaymentsStatement = statement({
  text: `SELECT p.*, wanted.page::integer
     FROM ${unnestPages}
     CROSS JOIN LATERAL (
       ${fromBothEnds(`SELECT ${columns} FROM payments.payment WHERE account_id = wanted.owner AND currency <> '${noCurrency}'`)}) AS p
     ORDER BY p.id DESC`,
  params: pageParams<AccountId>(),
  row: { ...paymentRow, page: integer() },
});

/** Reads the payments of an account, newest first, with one statement for all accounts of a plan node. */
export const paymentsByAccount = batchConnections<PaymentRow, AccountId>(({ db }, pages) =>
  pagesOfPaymentsStatement.run(db, pages),
);

export const paymentByPurchaseStatement = statement({
  text: 'SELECT * FROM payments.payment WHERE purchase_id = $1',
  params: [uuid<PurchaseId>()],
  row: paymentTableRow,
});

/** Reads the payment of a purchase, in any status. A purchase has at most one. */
export async function paymentByPurchase(
  { db }: Pick<Context, 'db'>,
  purchaseId: PurchaseId,
): Promise<PaymentTableRow | null> {
  const [row] = await paymentByPurchaseStatement.run(db, [purchaseId]);
  return row ?? null;
}

export const paymentsByReferenceStatement = statement({
  text: 'SELECT * FROM payments.payment WHERE id = ANY($1)',
  params: [array(uuid<PaymentId>())],
  row: paymentTableRow,
});

/** Reads payments by their references at the provider, which are their ids. The caller makes sure that they are UUIDs. */
export async function paymentsByReference(
  { db }: Pick<Context, 'db'>,
  references: readonly PaymentId[],
): Promise<PaymentRow[]> {
  return paymentsByReferenceStatement.run(db, [references]);
}

export const lockPaymentStatement = statement({
  text: 'SELECT * FROM payments.payment WHERE id = $1 FOR UPDATE',
  params: [uuid<PaymentId>()],
  row: paymentTableRow,
});

/** Reads a payment by its id, and locks it against all other writers until the transaction ends. */
export async function lockPayment(tx: EntityManager, id: PaymentId): Promise<PaymentTableRow | null> {
  const [row] = await lockPaymentStatement.run(tx, [id]);
  return row ?? null;
}

/** The ids of a payment, of its purchase and of the account that pays. */
export interface PaymentKeys {
  id: PaymentId;
  purchaseId: PurchaseId;
  accountId: AccountId;
}

/**
 * Writes a PENDING payment, which is compared with the provider after that time. Returns null when its purchase or its id already
 * has one: the unique constraints decide between simultaneous requests.
 */
export function insertPayment(
  ctx: Pick<Context, 'db'>,
  keys: PaymentKeys,
  amount: Money,
  checkAfterSeconds: number,
): Promise<PaymentRow | null> {
  return insertRow(ctx, keys, amount, 'PENDING', checkAfterSeconds);
}

/** Writes a tombstone. Returns null in the same cases as insertPayment. */
export function insertTombstone(ctx: Pick<Context, 'db'>, keys: PaymentKeys): Promise<PaymentRow | null> {
  return insertRow(ctx, keys, { amount: '0', currency: noCurrency }, 'VOIDED', null);
}

export const insertPaymentStatement = statement({
  text: `INSERT INTO payments.payment (id, purchase_id, account_id, status, amount, currency, check_at)
     VALUES ($1, $2, $3, $4, $5, $6, now() + $7::integer * interval '1 second') ON CONFLICT DO NOTHING RETURNING *`,
  params: [
    uuid<PaymentId>(),
    uuid<PurchaseId>(),
    uuid<AccountId>(),
    text<PaymentStatus>(),
    numeric(),
    text(),
    nullable(integer()),
  ],
  row: paymentTableRow,
});

async function insertRow(
  { db }: Pick<Context, 'db'>,
  { id, purchaseId, accountId }: PaymentKeys,
  { amount, currency }: Money,
  status: PaymentStatus,
  checkAfterSeconds: number | null,
): Promise<PaymentRow | null> {
  const values = [id, purchaseId, accountId, status, amount, currency, checkAfterSeconds] as const;
  const [row] = await insertPaymentStatement.run(db, values);
  return row ?? null;
}
