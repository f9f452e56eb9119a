// The movements of money: each is two postings that sum to zero, in the same statement as the payment that they belong to, so
// that neither exists without the other. A movement that is repeated finds a payment in another status, or a posting that exists.
import type { DataSource, EntityManager } from 'typeorm';
import { array, numeric, text, uuid } from '../../../platform/database/column.ts';
import { statement } from '../../../platform/database/statement.ts';
import type { PaymentId } from '../../../platform/values/ids.ts';
import { fromMinorUnits, fromNumeric, toMinorUnits } from '../../../platform/values/money.ts';
import { newId } from '../../../platform/values/uuid.ts';
import type { DisputeRow } from '../dispute.ts';
import { type PaymentRow, paymentTableRow, type Queryable } from '../payment.ts';
import { getSourceStatuses, type PaymentStatus } from '../payment-status.ts';
import type { RefundRow } from '../refund.ts';
import type { LedgerAccount, PostingRow } from './posting.ts';

/** Moves a payment to CAPTURED, with its two postings. Returns null when it has none of the source statuses. */
export function postCapture(
  { db }: Queryable,
  payment: PaymentRow,
  sources: PaymentStatus[] = ['AUTHORIZED'],
): Promise<PaymentRow | null> {
  const { id: reference, amount } = payment;
  const to = 'CAPTURED';
  return moveAndPost(db, { payment, to, sources, kind: 'capture', reference, from: 'sales', amount });
}

/** Moves a payment to its status after a refund, with the two postings. Returns null when the payment is not refundable. */
export function postRefund(
  tx: EntityManager,
  payment: PaymentRow,
  { id: reference, amount }: Pick<RefundRow, 'id' | 'amount'>,
): Promise<PaymentRow | null> {
  const isFull =
    toMinor(payment, payment.refunded) + toMinor(payment, amount) === toMinor(payment, payment.amount);
  const to = isFull ? 'REFUNDED' : 'PARTIALLY_REFUNDED';
  const movement = { payment, to, kind: 'refund', reference, amount } as const;
  return moveAndPost(tx, { ...movement, from: 'provider_receivable', into: 'sales', refunded: amount });
}

/** Takes back what is left of a capture. Returns null when the payment is not captured, or nothing of it is left. */
export async function postReversal(tx: EntityManager, payment: PaymentRow): Promise<PaymentRow | null> {
  const amount = fromMinorUnits(countLeft(payment), payment.currency).amount;
  if (countLeft(payment) <= 0n) return null;
  const movement = { payment, to: 'REVERSED', kind: 'reversal', reference: payment.id, amount } as const;
  return moveAndPost(tx, { ...movement, from: 'provider_receivable', into: 'sales' });
}

/** What the provider does with the amount of a dispute, by the status that the dispute becomes. */
const disputeMovements = {
  OPEN: { kind: 'dispute', from: 'provider_receivable', into: 'disputed_funds', sign: '' },
  WON: { kind: 'dispute_won', from: 'disputed_funds', into: 'provider_receivable', sign: '-' },
  LOST: { kind: 'dispute_lost', from: 'disputed_funds', into: 'dispute_losses', sign: null },
} as const;

/** Posts what a dispute does. The status of the payment stays. The caller has locked the payment. */
export function postDispute(
  tx: EntityManager,
  payment: PaymentRow,
  { id: reference, amount, status }: Pick<DisputeRow, 'id' | 'amount' | 'status'>,
): Promise<PaymentRow | null> {
  const { sign, ...sides } = disputeMovements[status];
  const disputed = sign === null ? '0' : `${sign}${amount}`;
  return moveAndPost(tx, { payment, to: null, reference, amount, disputed, ...sides });
}

/** Counts what is left of a captured amount, in minor units: it is neither refunded nor taken back by disputes. */
export function countLeft(payment: PaymentRow): bigint {
  const [amount, refunded, disputed] = [payment.amount, payment.refunded, payment.disputed].map((text) =>
    toMinor(payment, text),
  ) as [bigint, bigint, bigint];
  return amount - refunded - disputed;
}

function toMinor({ currency }: PaymentRow, amount: string): bigint {
  return toMinorUnits(fromNumeric(amount, currency));
}

interface Movement {
  payment: PaymentRow;
  /** The status of the payment afterwards. Null when the movement does not change it. */
  to: PaymentStatus | null;
  /** The statuses from which it moves. By default all that the table of transitions has. */
  sources?: PaymentStatus[];
  kind: PostingRow['kind'];
  reference: PostingRow['reference'];
  /** The account that loses the amount, and the one that gains it. */
  from: LedgerAccount;
  into?: LedgerAccount;
  amount: string;
  /** What is added to the refunded and the disputed amount of the payment. */
  refunded?: string;
  disputed?: string;
}

export const moveAndPostStatement = statement({
  text: `WITH moved AS (
       UPDATE payments.payment SET status = $2, refunded = refunded + $4, disputed = disputed + $5, updated_at = now()
       WHERE id = $1 AND status = ANY($3) RETURNING *
     ), posted AS (
       INSERT INTO payments.posting (id, payment_id, kind, reference, account, amount, currency)
       SELECT side.id, moved.id, $6, $7::uuid, side.account, side.amount, moved.currency
       FROM moved CROSS JOIN (VALUES
         ($8::uuid, $9::text, $10::numeric), ($11::uuid, $12::text, -$10::numeric)) AS side (id, account, amount)
     )
     SELECT * FROM moved`,
  params: [
    uuid<PaymentId>(),
    text<PaymentStatus>(),
    array(text<PaymentStatus>()),
    numeric(),
    numeric(),
    text<PostingRow['kind']>(),
    uuid<PostingRow['reference']>(),
    uuid(),
    text<LedgerAccount>(),
    numeric(),
    uuid(),
    text<LedgerAccount>(),
  ],
  row: paymentTableRow,
});

/** One statement, and so one transaction: the status by compare-and-swap, and the postings only if the status has changed. */
async function moveAndPost(db: Pick<DataSource, 'query'>, movement: Movement): Promise<PaymentRow | null> {
  const { payment, to, kind, reference, from, into = 'provider_receivable', amount } = movement;
  // Readers of the ledger find the posting of what the provider owes first.
  const ids = [newId(), newId()] as const;
  const [fromId, intoId] = into === 'provider_receivable' ? [ids[1], ids[0]] : ids;
  const [row] = await moveAndPostStatement.run(db, [
    payment.id,
    to ?? payment.status,
    to === null ? [payment.status] : (movement.sources ?? getSourceStatuses(to)),
    movement.refunded ?? '0',
    movement.disputed ?? '0',
    kind,
    reference,
    intoId,
    into,
    amount,
    fromId,
    from,
  ]);
  return row ?? null;
}
