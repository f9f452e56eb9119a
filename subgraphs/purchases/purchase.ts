// The purchase table: its row types, its entity and its reads. A purchase is always read together with its lines, in one statement.
import { EntitySchema } from 'typeorm';
import {
  array,
  bytea,
  integer,
  json,
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
import type { AccountId, IdempotencyKey, PaymentId, PurchaseId } from '../../platform/values/ids.ts';
import type { LineOfPurchase } from './purchase-line.ts';
import type { CancelReason, PurchaseStatus } from './purchase-status.ts';

/** A purchase as resolvers and the saga read it: with its lines, and without the columns that only statements use. */
export type PurchaseRow = RowOf<typeof purchaseRow>;

const ownColumns = {
  id: uuid<PurchaseId>(),
  account_id: uuid<AccountId>(),
  /** Made before payments is called, so that the payment can be found after a time-out. */
  payment_id: uuid<PaymentId>(),
  status: text<PurchaseStatus>(),
  cancel_reason: nullable(text<CancelReason>()),
  /** Null until the purchase is confirmed. */
  total: nullable(numeric()),
  currency: nullable(text()),
  /** The instance that runs the purchase, as the key of its sign of life. Null while no instance runs it. */
  owner: nullable(integer()),
  created_at: timestamptz(),
  updated_at: timestamptz(),
};

export const purchaseRow = { ...ownColumns, lines: json<LineOfPurchase[]>() };

/** All columns of the table. */
export const purchaseTableRow = {
  ...ownColumns,
  idempotency_key: text<IdempotencyKey>(),
  /** Made by hashInput. A repeat with the same key and another meaning is refused. */
  request_hash: bytea(),
  /** How often a run has released the purchase. */
  attempts: integer(),
  /** When the next run may start while the purchase has no owner. */
  resume_at: timestamptz(),
  /** The number of its events. */
  version: integer(),
};

/** The unique constraint that allows one purchase for each account and key, so that a repeat finds the first one. */
export const purchaseIdempotencyKey = 'purchase_idempotency_key_key';

export const purchaseTable = new EntitySchema<RowOf<typeof purchaseTableRow>>({
  name: 'purchase',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'purchase_pkey' },
    account_id: { type: 'uuid' },
    payment_id: { type: 'uuid' },
    idempotency_key: { type: 'text' },
    request_hash: { type: 'bytea' },
    status: { type: 'text' },
    cancel_reason: { type: 'text', nullable: true },
    total: { type: 'numeric', precision: 15, scale: 3, nullable: true },
    currency: { type: 'text', nullable: true },
    owner: { type: 'integer', nullable: true },
    attempts: { type: 'integer', default: 0 },
    resume_at: { type: 'timestamptz', default: () => 'now()' },
    version: { type: 'integer', default: 0 },
    created_at: { type: 'timestamptz', default: () => 'now()' },
    updated_at: { type: 'timestamptz', default: () => 'now()' },
  },
  uniques: [{ name: purchaseIdempotencyKey, columns: ['account_id', 'idempotency_key'] }],
  indices: [
    { name: 'purchase_account_id_idx', columns: ['account_id', 'id'] },
    { name: 'purchase_status_idx', columns: ['status', 'id'] },
    {
      name: 'purchase_resume_at_idx',
      columns: ['resume_at'],
      where: `"status" IN ('STARTED', 'CONFIRMED', 'CANCELLING')`,
    },
  ],
  checks: [
    {
      name: 'purchase_status_check',
      expression: `"status" IN ('STARTED', 'CONFIRMED', 'COMPLETED', 'CANCELLING', 'CANCELLED')`,
    },
    {
      name: 'purchase_cancel_reason_check',
      expression: `("status" IN ('CANCELLING', 'CANCELLED')) = ("cancel_reason" IS NOT NULL)`,
    },
    {
      name: 'purchase_total_check',
      expression: `"status" NOT IN ('CONFIRMED', 'COMPLETED') OR ("total" > 0 AND "currency" IS NOT NULL)`,
    },
  ],
});

/** The columns of a PurchaseRow, for the table `p`. Amounts in the lines are text, because a JSON number would lose digits. */
export const purchaseColumns = `p.id, p.account_id, p.payment_id, p.status, p.cancel_reason, p.total, p.currency, p.owner,
  p.created_at, p.updated_at, (
    SELECT json_agg(line ORDER BY line.position) FROM (
      SELECT l.position, l.product_id, l.quantity, l.name, l.unit_price::text, p.currency
      FROM purchases.purchase_line l WHERE l.purchase_id = p.id) AS line) AS lines`;

export const purchasesByIdStatement = statement({
  text: `SELECT ${purchaseColumns} FROM purchases.purchase p WHERE p.id = ANY($1)`,
  params: [array(uuid<PurchaseId>())],
  row: purchaseRow,
});

/** Reads purchases by id, with one statement for a whole plan node. */
export const purchaseById = batchReadsById<PurchaseRow>(({ db }, ids) =>
  purchasesByIdStatement.run(db, [ids]),
);

export const pagesOfPurchasesStatement = statement({
  text: `SELECT ${purchaseColumns}, wanted.page::integer
     FROM ${unnestPages}
     CROSS JOIN LATERAL (
       ${fromBothEnds('SELECT * FROM purchases.purchase WHERE account_id = wanted.owner')}) AS p
     ORDER BY p.id DESC`,
  params: pageParams<AccountId>(),
  row: { ...purchaseRow, page: integer() },
});

/** Reads the purchases of an account, newest first, with one statement for all accounts of a plan node. */
export const purchasesByAccount = batchConnections<PurchaseRow, AccountId>(({ db }, pages) =>
  pagesOfPurchasesStatement.run(db, pages),
);

export const purchaseStatement = statement({
  text: `SELECT ${purchaseColumns} FROM purchases.purchase p WHERE p.id = $1`,
  params: [uuid<PurchaseId>()],
  row: purchaseRow,
});

/** Reads one purchase as it is now, without a batch. */
export async function readPurchase({ db }: Pick<Context, 'db'>, id: PurchaseId): Promise<PurchaseRow> {
  const [row] = await purchaseStatement.run(db, [id]);
  if (row === undefined) throw new Error(`purchase ${id} is gone`);
  return row;
}

const purchaseWithHashRow = { ...purchaseRow, request_hash: purchaseTableRow.request_hash };

export const purchaseByKeyStatement = statement({
  text: `SELECT ${purchaseColumns}, p.request_hash FROM purchases.purchase p
     WHERE p.account_id = $1 AND p.idempotency_key = $2`,
  params: [uuid<AccountId>(), text<IdempotencyKey>()],
  row: purchaseWithHashRow,
});

/** Reads the purchase that an account has made with this key. */
export async function purchaseByKey(
  { db }: Pick<Context, 'db'>,
  accountId: AccountId,
  idempotencyKey: IdempotencyKey,
): Promise<RowOf<typeof purchaseWithHashRow> | null> {
  const [row] = await purchaseByKeyStatement.run(db, [accountId, idempotencyKey]);
  return row ?? null;
}
