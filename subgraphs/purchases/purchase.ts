// The purchase table and its reads. A purchase is always read with its lines, in one statement: they are one thing.
import { EntitySchema } from 'typeorm';
import { batchedById } from '../../platform/reads/batch.ts';
import { batchedConnection } from '../../platform/reads/connection.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import type { PurchaseLineRow } from './purchase-line.ts';
import type { CancelReason, PurchaseStatus } from './purchase-status.ts';

/** A purchase as it is read: with its lines, and without what only statements look at. */
export interface PurchaseRow {
  id: string;
  account_id: string;
  /** Given before payments is asked, so that a time-out there can be looked up. */
  payment_id: string;
  status: PurchaseStatus;
  cancel_reason: CancelReason | null;
  /** Null until confirmed. */
  total: string | null;
  currency: string | null;
  /** The instance that runs it: the key of its sign of life. Null while nobody does. */
  owner: number | null;
  created_at: Date;
  updated_at: Date;
  lines: PurchaseLineRow[];
}

export interface PurchaseTable extends Omit<PurchaseRow, 'lines'> {
  idempotency_key: string;
  /** SHA-256 of the input: the same key with another input is another purchase. */
  request_hash: Buffer;
  /** How often a run gave up for now. */
  attempts: number;
  /** When the next run may begin, if nobody runs it. */
  resume_at: Date;
}

/** One purchase per account and key: the constraint that makes a repeat find the first. */
export const purchaseIdempotencyKey = 'purchase_idempotency_key_key';

export const purchaseTable = new EntitySchema<PurchaseTable>({
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
    created_at: { type: 'timestamptz', default: () => 'now()' },
    updated_at: { type: 'timestamptz', default: () => 'now()' },
  },
  uniques: [{ name: purchaseIdempotencyKey, columns: ['account_id', 'idempotency_key'] }],
  indices: [
    { name: 'purchase_account_id_idx', columns: ['account_id', 'id'] },
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

/** A PurchaseRow of the table `p`. Amounts in the lines are text, since a JSON number would lose digits. */
export const purchaseColumns = `p.id, p.account_id, p.payment_id, p.status, p.cancel_reason, p.total, p.currency, p.owner,
  p.created_at, p.updated_at, (
    SELECT json_agg(line ORDER BY line.position) FROM (
      SELECT l.position, l.product_id, l.quantity, l.name, l.unit_price::text, p.currency
      FROM purchases.purchase_line l WHERE l.purchase_id = p.id) AS line) AS lines`;

/** Purchases by id, one statement for a whole plan node. */
export const purchaseById = batchedById<PurchaseRow>(({ db }, ids) =>
  db.query(`SELECT ${purchaseColumns} FROM purchases.purchase p WHERE p.id = ANY($1)`, [ids]),
);

/** The newest purchases of each account, one statement for all accounts. */
export const purchasesOfAccount = batchedConnection<PurchaseRow>(({ db }, pages) =>
  db.query(
    `SELECT ${purchaseColumns}, wanted.page::integer
     FROM unnest($1::uuid[], $2::uuid[], $3::integer[]) WITH ORDINALITY AS wanted (owner, before, count, page)
     CROSS JOIN LATERAL (
       SELECT * FROM purchases.purchase
       WHERE account_id = wanted.owner AND id < wanted.before ORDER BY id DESC LIMIT wanted.count) AS p
     ORDER BY p.id DESC`,
    [...pages],
  ),
);

/** A purchase as it is now, outside of any batch. */
export async function readPurchase({ db }: Pick<Context, 'db'>, id: string): Promise<PurchaseRow> {
  const [row] = await db.query(`SELECT ${purchaseColumns} FROM purchases.purchase p WHERE p.id = $1`, [id]);
  if (row === undefined) throw new Error(`purchase ${id} is gone`);
  return row;
}

/** The purchase that an account has written down under this key. */
export async function purchaseByKey(
  { db }: Pick<Context, 'db'>,
  accountId: string,
  idempotencyKey: string,
): Promise<(PurchaseRow & Pick<PurchaseTable, 'request_hash'>) | null> {
  const [row] = await db.query(
    `SELECT ${purchaseColumns}, p.request_hash FROM purchases.purchase p
     WHERE p.account_id = $1 AND p.idempotency_key = $2`,
    [accountId, idempotencyKey],
  );
  return row ?? null;
}
