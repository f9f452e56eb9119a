// The sweeper: a background loop that settles what a crash or a silent provider left PENDING. A refund was decided, so the
// sweeper finishes it. A payment is only reconciled: if the provider has a charge, its status is recorded; if not, the row stays
// as it is, because only its purchase decides whether to continue. claim-pending.ts keeps two instances from the same row.
import { startBackgroundLoop } from '../../platform/process/background-loop.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { claimPayments, claimRefunds, findDue } from './claim-pending.ts';
import { finishRefund } from './finish-refund.ts';
import type { Own } from './own.ts';
import type { PaymentRow } from './payment.ts';
import { recordCharge } from './record/record-charge.ts';

/** Maximum number of payments, and of refunds, that one round claims and settles at the same time. */
const maxPerRound = 20;

/**
 * Starts the sweeper, unless its interval is 0. The returned function stops it: it waits for statements that are running, and
 * aborts calls to the provider.
 */
export function startSweep(ctx: Context<Own>): () => Promise<void> {
  const { sweepMs } = ctx.own;
  if (sweepMs === 0) return async () => {};
  return startBackgroundLoop(sweepMs, ctx.log, (signal) => sweep(ctx, signal));
}

/** Runs one round. Returns true when more rows may be due. A round with nothing due costs one statement. */
export async function sweep(ctx: Context<Own>, signal: AbortSignal): Promise<boolean> {
  const due = await findDue(ctx);
  const refunds = due.refunds ? await claimRefunds(ctx, maxPerRound) : [];
  const payments = due.payments ? await claimPayments(ctx, maxPerRound) : [];
  const results = await Promise.allSettled([
    ...refunds.map((refund) => finishRefund(ctx, refund, signal)),
    ...payments.map((payment) => reconcile(ctx, payment, signal)),
  ]);
  const failures = results.filter((result) => result.status === 'rejected');
  if (failures.length > 0 && !signal.aborted) {
    ctx.log.warn(
      { err: failures[0]?.reason, failed: failures.length },
      'could not settle some pending payments or refunds; they are tried again when they are due again',
    );
  }
  return refunds.length === maxPerRound || payments.length === maxPerRound;
}

async function reconcile(ctx: Context<Own>, payment: PaymentRow, signal: AbortSignal): Promise<void> {
  const { provider, callProvider } = ctx.own;
  const charge = await callProvider(signal, (attempt) => provider.find(payment.id, attempt));
  if (charge !== null) await recordCharge(ctx, payment, charge);
}
