// Finds and claims the payments and refunds that a crash or a silent provider left PENDING. Any number of instances may claim at
// once: a row is claimed in the statement that finds it, and no other instance sees it until it is due again.
import { bigint, boolean } from '../../platform/database/column.ts';
import { changeStatement, oneRowStatement } from '../../platform/database/statement.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { type PaymentRow, paymentTableRow } from './payment.ts';
import { type RefundRow, refundRow } from './refund.ts';

/** A payment is due when it has been PENDING for so long that its request has ended or has reported a fault. */
const paymentIsDue = `status = 'PENDING' AND updated_at < now() - interval '1 minute'`;

/** A refund is due when it has been PENDING for longer than an answer of the provider takes. */
const refundIsDue = `status = 'PENDING' AND updated_at < now() - interval '5 seconds'`;

export const anythingDueStatement = oneRowStatement({
  text: `SELECT EXISTS (SELECT FROM payments.refund WHERE ${refundIsDue}) AS refunds,
            EXISTS (SELECT FROM payments.payment WHERE ${paymentIsDue}) AS payments,
            EXISTS (SELECT FROM payments.payment WHERE check_at <= now()) AS followed`,
  row: { refunds: boolean(), payments: boolean(), followed: boolean() },
});

/** Reads whether any refund, any pending payment and any payment to follow is due, without a claim. */
export async function findDue({
  db,
}: Pick<Context, 'db'>): Promise<{ refunds: boolean; payments: boolean; followed: boolean }> {
  const [due] = await anythingDueStatement.run(db);
  return due;
}

function buildClaimSql(table: 'payments.payment' | 'payments.refund', isDue: string): string {
  return `UPDATE ${table} SET updated_at = now() WHERE id IN (
       SELECT id FROM ${table} WHERE ${isDue}
       ORDER BY updated_at LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING *`;
}

export const claimPaymentsStatement = changeStatement({
  text: buildClaimSql('payments.payment', paymentIsDue),
  params: [bigint()],
  row: paymentTableRow,
});

export const claimRefundsStatement = changeStatement({
  text: buildClaimSql('payments.refund', refundIsDue),
  params: [bigint()],
  row: refundRow,
});

/** Claims due payments, those that have waited longest first. */
export async function claimPayments({ db }: Pick<Context, 'db'>, limit: number): Promise<PaymentRow[]> {
  const [payments] = await claimPaymentsStatement.run(db, [limit]);
  return payments;
}

/** Claims due refunds, those that have waited longest first. */
export async function claimRefunds({ db }: Pick<Context, 'db'>, limit: number): Promise<RefundRow[]> {
  const [refunds] = await claimRefundsStatement.run(db, [limit]);
  return refunds;
}
