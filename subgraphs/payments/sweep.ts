// The sweeper: a background loop that settles what a crash or a silent provider left PENDING, and follows payments that are settled. A
// refund was decided, so the sweeper finishes it. A payment is only reconciled: if the provider has a charge, it is recorded; if not,
// the row stays as it is, because only its purchase decides whether to continue. Claims keep two instances from the same row.
import { startBackgroundLoop } from '../../platform/process/background-loop.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { claimPayments, claimRefunds, findDue } from './claim-pending.ts';
import { finishRefund } from './finish-refund.ts';
import { followPayments, reconcile } from './follow-payments.ts';
import type { Own } from './own.ts';

/** Maximum number of pending payments, of refunds, and of payments to follow, that one round claims and settles at the same time. */
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

/**
 * Runs one round. Returns true when more pending rows may be due. Payments that are followed wait for the next round: the provider
 * gets at most `maxPerRound` calls for them in a pause. A round with nothing due costs one statement.
 */
export async function sweep(ctx: Context<Own>, signal: AbortSignal): Promise<boolean> {
  const due = await findDue(ctx);
  const refunds = due.refunds ? await claimRefunds(ctx, maxPerRound) : [];
  const payments = due.payments ? await claimPayments(ctx, maxPerRound) : [];
  const isFollowing = due.followed && ctx.own.follow.days > 0;
  const [missed, ...results] = await Promise.allSettled([
    isFollowing ? followPayments(ctx, maxPerRound, signal) : [],
    ...refunds.map((refund) => finishRefund(ctx, refund, signal)),
    ...payments.map((payment) => reconcile(ctx, payment, signal)),
  ]);
  const failures = [
    ...(missed.status === 'rejected' ? [missed.reason] : missed.value),
    ...results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : [])),
  ];
  if (failures.length > 0 && !signal.aborted) {
    ctx.log.warn(
      { err: failures[0], failed: failures.length },
      'could not settle some payments or refunds; they are tried again when they are due again',
    );
  }
  return refunds.length === maxPerRound || payments.length === maxPerRound;
}
