// Reads what the ledger says: whether it balances, and the sums of each payment. ledger-proof.ts compares them with the provider.
import { bigint, integer, numeric, type RowOf, text, uuid } from '../../../platform/database/column.ts';
import { statement } from '../../../platform/database/statement.ts';
import type { Context } from '../../../platform/subgraph/context.ts';
import { asPaymentId, type PaymentId } from '../../../platform/values/ids.ts';
import { paymentRow } from '../payment.ts';

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
  reversed: numeric(),
  funds_in_dispute: numeric(),
  losses: numeric(),
  postings: integer(),
};

/** An id that is lower than every other id. */
const lowestId = asPaymentId('00000000-0000-0000-0000-000000000000');

export const paymentsInBooksStatement = statement({
  text: `SELECT payment.id, status, amount, currency, captured, posted_refunds, reversed, funds_in_dispute, losses, postings
     FROM payments.payment CROSS JOIN LATERAL (
       SELECT coalesce(sum(posting.amount) FILTER (WHERE kind = 'capture' AND account = 'provider_receivable'), 0) AS captured,
         coalesce(-sum(posting.amount) FILTER (WHERE kind = 'refund' AND account = 'provider_receivable'), 0) AS posted_refunds,
         coalesce(-sum(posting.amount) FILTER (WHERE kind = 'reversal' AND account = 'provider_receivable'), 0) AS reversed,
         coalesce(sum(posting.amount) FILTER (WHERE account = 'disputed_funds'), 0) AS funds_in_dispute,
         coalesce(sum(posting.amount) FILTER (WHERE account = 'dispute_losses'), 0) AS losses,
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
