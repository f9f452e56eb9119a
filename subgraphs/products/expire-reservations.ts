// Settles reservations that have been held for too long: their purchase was given up, or the call that ended it was lost. The
// age alone proves nothing, because a purchase may be paid and its commit late. So this subgraph asks purchases. It gives units
// back only when purchases answers that the purchase was cancelled or does not exist. After any other answer, and without one,
// the reservation stays held until the next round.
import { newTraceId } from '../../platform/calls/trace.ts';
import { doublePrecision, uuid } from '../../platform/database/column.ts';
import { changeStatement } from '../../platform/database/statement.ts';
import { startBackgroundLoop } from '../../platform/process/background-loop.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import type { PeerOperation } from '../../platform/subgraph/definition.ts';
import type { PurchaseId } from '../../platform/values/ids.ts';
import { commitStock } from './commit-stock.ts';
import type { Own } from './own.ts';
import { releaseStock } from './release-stock.ts';

/** Maximum number of reservations in one round, so that it ends before the next instance starts one. */
const maxPerRound = 50;

const purchaseStatusQuery = 'query PurchaseStatus($id: ID!) { purchaseStatus(id: $id) }';

export const purchaseOperations: readonly PeerOperation[] = [
  { text: purchaseStatusQuery, sample: { id: '019b8d62-7a80-7000-8000-0000000000a1' } },
];

/** Starts to look for expired reservations, unless the interval is 0. Returns the function that stops it. */
export function startExpiryLoop(ctx: Context<Own>): () => Promise<void> {
  if (ctx.own.expiry.intervalMs === 0) return async () => {};
  return startBackgroundLoop(ctx.own.expiry.intervalMs, ctx.log, (signal) => expireReservations(ctx, signal));
}

/** Runs one round. Returns true when the round was full and settled a reservation: then the next one should start at once. */
async function expireReservations(ctx: Context<Own>, signal: AbortSignal): Promise<boolean> {
  const expired = await claimExpired(ctx);
  const traceId = newTraceId();
  const failures = new Map<PurchaseId, unknown>();
  let settled = 0;
  for (const purchase of expired) {
    if (signal.aborted) return false;
    try {
      const outcome = await settleReservation(ctx, purchase, { signal, traceId });
      if (outcome === 'unsettled') continue;
      settled += 1;
      ctx.log.info({ purchase, outcome, traceId }, 'settled an expired reservation');
    } catch (cause) {
      failures.set(purchase, cause);
    }
  }
  // One log line for each round, because all failures have the same cause while purchases is unavailable.
  const [first] = failures;
  if (first !== undefined && !signal.aborted) {
    const [purchase, err] = first;
    ctx.log.warn(
      { err, purchase, count: failures.size, traceId },
      'could not settle expired reservations; the next round tries again',
    );
  }
  return expired.length === maxPerRound && settled > 0;
}

export const claimExpiredStatement = changeStatement({
  text: `WITH expired AS MATERIALIZED (
       SELECT purchase_id FROM products.reservation
       WHERE status = 'HELD' AND created_at < now() - make_interval(secs => $1)
         AND updated_at < now() - make_interval(secs => $2)
       ORDER BY updated_at LIMIT ${maxPerRound} FOR UPDATE SKIP LOCKED)
     UPDATE products.reservation SET updated_at = now() FROM expired
     WHERE reservation.purchase_id = expired.purchase_id RETURNING reservation.purchase_id`,
  params: [doublePrecision(), doublePrecision()],
  row: { purchase_id: uuid<PurchaseId>() },
});

/**
 * Claims the reservations of a round by setting `updated_at`. Other instances then skip them until the next round, and no row
 * is locked during the call to purchases. Those that were not claimed for longest come first, so that reservations which cannot
 * be settled do not hold up the others. It is one statement, and it waits for no lock.
 */
async function claimExpired({ db, own: { expiry } }: Context<Own>): Promise<PurchaseId[]> {
  const [taken] = await claimExpiredStatement.run(db, [expiry.afterMinutes * 60, expiry.intervalMs / 1000]);
  return taken.map(({ purchase_id }) => purchase_id);
}

async function settleReservation(
  ctx: Context<Own>,
  purchaseId: PurchaseId,
  callOptions: { signal: AbortSignal; traceId: string },
): Promise<'released' | 'committed' | 'unsettled'> {
  const { purchaseStatus } = await ctx.peer(
    'purchases',
    { query: purchaseStatusQuery, variables: { id: purchaseId } },
    callOptions,
  );
  if (purchaseStatus === null || purchaseStatus === 'CANCELLED') {
    await releaseStock(ctx, purchaseId);
    return 'released';
  }
  if (purchaseStatus === 'COMPLETED') {
    await commitStock(ctx, purchaseId);
    return 'committed';
  }
  return 'unsettled';
}
