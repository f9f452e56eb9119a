// The ledger: double entry and append-only. A movement is two postings that sum to zero. They are written in the same statement
// as the payment's status, so that neither exists without the other. The database enforces the rest: no UPDATE or DELETE is
// granted, each (reference, kind, account) has one posting, and a movement that does not sum to zero cannot be committed.
import { type DataSource, type EntityManager, EntitySchema } from 'typeorm';
import {
  array,
  bigint,
  integer,
  numeric,
  type RowOf,
  text,
  uuid,
} from '../../../platform/database/column.ts';
import { statement } from '../../../platform/database/statement.ts';
import type { Context } from '../../../platform/subgraph/context.ts';
import { asPaymentId, type PaymentId, type RefundId } from '../../../platform/values/ids.ts';
import { newId } from '../../../platform/values/uuid.ts';
import { type PaymentRow, paymentRow, paymentTableRow } from '../payment.ts';
import { getSourceStatuses, type PaymentStatus } from '../payment-status.ts';

/** A posting never changes, so it has no updated_at. */
export interface PostingRow {
  id: string;
  payment_id: PaymentId;
  kind: 'capture' | 'refund';
  /** The id of the payment for a capture, and of the refund for a refund. */
  reference: PaymentId | RefundId;
  account: LedgerAccount;
  /** What the account gains. Negative when it loses. */
  amount: string;
  currency: string;
  created_at: Date;
}

/** provider_receivable is what the provider owes us. sales is its counterpart, and therefore negative. */
export type LedgerAccount = 'provider_receivable' | 'sales';

/** The constraint that the deferred trigger reports when the postings of a movement do not sum to zero. */
export const postingAmountBalance = 'posting_amount_balance';

export const postingTable = new EntitySchema<PostingRow>({
  name: 'posting',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'posting_pkey' },
    payment_id: { type: 'uuid' },
    kind: { type: 'text' },
    reference: { type: 'uuid' },
    account: { type: 'text' },
    amount: { type: 'numeric', precision: 15, scale: 3 },
    currency: { type: 'text' },
    created_at: { type: 'timestamptz', default: () => 'now()' },
  },
  foreignKeys: [
    {
      name: 'posting_payment_id_fkey',
      target: 'payment',
      columnNames: ['payment_id'],
      referencedColumnNames: ['id'],
    },
  ],
  uniques: [{ name: 'posting_reference_kind_account_key', columns: ['reference', 'kind', 'account'] }],
  indices: [{ name: 'posting_payment_id_idx', columns: ['payment_id'] }],
  checks: [
    { name: 'posting_kind_check', expression: `"kind" IN ('capture', 'refund')` },
    { name: 'posting_account_check', expression: `"account" IN ('provider_receivable', 'sales')` },
    { name: 'posting_amount_check', expression: `"amount" <> 0` },
    { name: 'posting_currency_check', expression: `"currency" ~ '^[A-Z]{3}$'` },
  ],
});

/** Moves a payment from AUTHORIZED to CAPTURED, with its two postings. Returns null when it is not AUTHORIZED. */
export function postCapture({ db }: Pick<Context, 'db'>, payment: PaymentRow): Promise<PaymentRow | null> {
  const amounts = { receivable: payment.amount, sales: `-${payment.amount}` };
  return moveAndPost(db, {
    payment,
    to: 'CAPTURED',
    refunded: '0',
    kind: 'capture',
    reference: payment.id,
    amounts,
  });
}

/** Moves a payment to its status after a refund, with the two postings. Returns null when the payment is not refundable. */
export function postRefund(
  tx: EntityManager,
  payment: PaymentRow,
  refund: { id: RefundId; amount: string },
  to: 'PARTIALLY_REFUNDED' | 'REFUNDED',
): Promise<PaymentRow | null> {
  const amounts = { receivable: `-${refund.amount}`, sales: refund.amount };
  return moveAndPost(tx, {
    payment,
    to,
    refunded: refund.amount,
    kind: 'refund',
    reference: refund.id,
    amounts,
  });
}

interface Movement {
  payment: PaymentRow;
  to: 'CAPTURED' | 'PARTIALLY_REFUNDED' | 'REFUNDED';
  /** The amount that is added to the refunded amount of the payment. */
  refunded: string;
  kind: PostingRow['kind'];
  reference: PaymentId | RefundId;
  amounts: { receivable: string; sales: string };
}

export const moveAndPostStatement = statement({
  text: `WITH moved AS (
       UPDATE payments.payment SET status = $2, refunded = refunded + $4, updated_at = now()
       WHERE id = $1 AND status = ANY($3) RETURNING *
     ), posted AS (
       INSERT INTO payments.posting (id, payment_id, kind, reference, account, amount, currency)
       SELECT side.id, moved.id, $5, $6::uuid, side.account, side.amount, moved.currency
       FROM moved CROSS JOIN (VALUES
         ($7::uuid, 'provider_receivable', $8::numeric), ($9::uuid, 'sales', $10::numeric)) AS side (id, account, amount)
     )
     SELECT * FROM moved`,
  params: [
    uuid<PaymentId>(),
    text<PaymentStatus>(),
    array(text<PaymentStatus>()),
    numeric(),
    text<PostingRow['kind']>(),
    uuid<PaymentId | RefundId>(),
    uuid(),
    numeric(),
    uuid(),
    numeric(),
  ],
  row: paymentTableRow,
});

/** One statement, and so one transaction: the status by compare-and-swap, and the postings only if the status has changed. */
async function moveAndPost(db: Pick<DataSource, 'query'>, movement: Movement): Promise<PaymentRow | null> {
  const { payment, to, refunded, kind, reference, amounts } = movement;
  const [row] = await moveAndPostStatement.run(db, [
    payment.id,
    to,
    getSourceStatuses(to),
    refunded,
    kind,
    reference,
    newId(),
    amounts.receivable,
    newId(),
    amounts.sales,
  ]);
  return row ?? null;
}

export const unbalancedCurrenciesStatement = statement({
  text: 'SELECT currency FROM payments.posting GROUP BY currency HAVING sum(amount) <> 0',
  row: { currency: text() },
});

/** True when the postings of every currency sum to zero. */
export async function isBalanced({ db }: Pick<Context, 'db'>): Promise<boolean> {
  const unbalanced = await unbalancedCurrenciesStatement.run(db);
  return unbalanced.length === 0;
}

/** A payment with the sums of its postings. */
export type BookedPayment = RowOf<typeof bookedPayment>;

const bookedPayment = {
  id: paymentRow.id,
  status: paymentRow.status,
  amount: paymentRow.amount,
  currency: paymentRow.currency,
  captured: numeric(),
  posted_refunds: numeric(),
  postings: integer(),
};

/** An id that is lower than every other id. */
const lowestId = asPaymentId('00000000-0000-0000-0000-000000000000');

export const paymentsInBooksStatement = statement({
  text: `SELECT payment.id, status, amount, currency, captured, posted_refunds, postings
     FROM payments.payment CROSS JOIN LATERAL (
       SELECT coalesce(sum(posting.amount) FILTER (WHERE kind = 'capture' AND account = 'provider_receivable'), 0) AS captured,
         coalesce(-sum(posting.amount) FILTER (WHERE kind = 'refund' AND account = 'provider_receivable'), 0) AS posted_refunds,
         count(*)::int AS postings
       FROM payments.posting WHERE payment_id = payment.id) AS booked
     WHERE payment.id > $1 ORDER BY payment.id LIMIT $2`,
  params: [uuid<PaymentId>(), bigint()],
  row: bookedPayment,
});

/** Reads the next `limit` payments after one, in the order of their ids. Tombstones are included. */
export function readBookedPayments(
  { db }: Pick<Context, 'db'>,
  after: PaymentId | null,
  limit: number,
): Promise<BookedPayment[]> {
  return paymentsInBooksStatement.run(db, [after ?? lowestId, limit]);
}
