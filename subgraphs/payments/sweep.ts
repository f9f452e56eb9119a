// What a crash or a silent provider left PENDING and nobody came back for. A refund is finished: what was decided is done.
// A payment is only reconciled: recorded when the provider has a charge, else left alone, because going on or giving up is
// the decision of its purchase. Any number of instances may sweep: a row is claimed in the statement that finds it.
import { boolean } from '../../platform/database/column.ts';
import { oneRowStatement } from '../../platform/database/statement.ts';
import { startBackgroundLoop } from '../../platform/process/background-loop.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { finishRefund } from './finish-refund.ts';
import type { Own } from './own.ts';
import { claimPayments, type PaymentRow, paymentIsDue } from './payment.ts';
import { recordCharge } from './record-charge.ts';
import { claimRefunds, refundIsDue } from './refund.ts';

/** Rows of each kind that one round takes, and works on at once. */
const atOnce = 20;

export const anythingDueStatement = oneRowStatement({
  text: `SELECT EXISTS (SELECT FROM payments.refund WHERE ${refundIsDue}) AS refunds,
            EXISTS (SELECT FROM payments.payment WHERE ${paymentIsDue}) AS payments`,
  row: { refunds: boolean(), payments: boolean() },
});

/** Starts it, unless its interval is 0. Answers how to stop it: the provider is not waited for, the database is. */
export function startSweep(ctx: Context<Own>): () => Promise<void> {
  const { sweepMs } = ctx.own;
  if (sweepMs === 0) return async () => {};
  return startBackgroundLoop(sweepMs, ctx.log, (signal) => sweep(ctx, signal));
}

/** One round; true when there may be more. One statement when there is nothing to do. */
export async function sweep(ctx: Context<Own>, signal: AbortSignal): Promise<boolean> {
  const [due] = await anythingDueStatement.run(ctx.db);
  const refunds = due.refunds ? await claimRefunds(ctx, atOnce) : [];
  const payments = due.payments ? await claimPayments(ctx, atOnce) : [];
  const results = await Promise.allSettled([
    ...refunds.map((refund) => finishRefund(ctx, refund, signal)),
    ...payments.map((payment) => reconcile(ctx, payment, signal)),
  ]);
  const failures = results.filter((result) => result.status === 'rejected');
  if (failures.length > 0 && !signal.aborted) {
    // They are claimed again when they are due again.
    ctx.log.warn({ err: failures[0]?.reason, failed: failures.length }, 'some payments could not be swept');
  }
  return refunds.length === atOnce || payments.length === atOnce;
}

async function reconcile(ctx: Context<Own>, payment: PaymentRow, signal: AbortSignal): Promise<void> {
  const { provider, insist } = ctx.own;
  const charge = await insist(signal, (attempt) => provider.find(payment.id, attempt));
  if (charge !== null) await recordCharge(ctx, payment, charge);
}
