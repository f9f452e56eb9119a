// A reservation that is held for too long: its purchase was given up, or ended without our hearing of it. Time alone
// proves nothing: of a purchase that is paid, the commit may be late, and must find its units. So purchases is asked, and
// units go back only when it says that the purchase was cancelled or never was. Whatever else it says, and when it says
// nothing, the reservation stays held until the next round.
import { newTraceId } from '../../platform/calls/trace.ts';
import { doublePrecision, uuid } from '../../platform/database/column.ts';
import { changeStatement } from '../../platform/database/statement.ts';
import { startBackgroundLoop } from '../../platform/process/background-loop.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import type { PurchaseId } from '../../platform/values/ids.ts';
import { commitStock } from './commit-stock.ts';
import type { Own } from './own.ts';
import { releaseStock } from './release-stock.ts';

/** Reservations of a round: few enough for their answers to come before the next instance looks. */
const roundSize = 50;

const question = 'query PurchaseStatus($id: ID!) { purchaseStatus(id: $id) }';

/** Looks for expired reservations until it is stopped. */
export function startExpiring(ctx: Context<Own>): () => Promise<void> {
  if (ctx.own.expiry.everyMs === 0) return async () => {};
  return startBackgroundLoop(ctx.own.expiry.everyMs, ctx.log, (signal) => expireReservations(ctx, signal));
}

/** One round. True when it was full and got somewhere, so that there may be more to do at once. */
async function expireReservations(ctx: Context<Own>, signal: AbortSignal): Promise<boolean> {
  const expired = await takeExpired(ctx);
  const traceId = newTraceId();
  const problems = new Map<PurchaseId, unknown>();
  let settled = 0;
  for (const purchase of expired) {
    if (signal.aborted) return false;
    try {
      const outcome = await settle(ctx, purchase, { signal, traceId });
      if (outcome === 'left') continue;
      settled += 1;
      ctx.log.info({ purchase, outcome, traceId }, 'an expired reservation has ended');
    } catch (cause) {
      problems.set(purchase, cause);
    }
  }
  // One line a round: while purchases is away there is one problem, however many wait.
  const [first] = problems;
  if (first !== undefined && !signal.aborted) {
    const [purchase, err] = first;
    ctx.log.warn({ err, purchase, count: problems.size, traceId }, 'expired reservations stay held for now');
  }
  return expired.length === roundSize && settled > 0;
}

export const takeExpiredStatement = changeStatement({
  text: `WITH expired AS MATERIALIZED (
       SELECT purchase_id FROM products.reservation
       WHERE status = 'HELD' AND created_at < now() - make_interval(secs => $1)
         AND updated_at < now() - make_interval(secs => $2)
       ORDER BY updated_at LIMIT ${roundSize} FOR UPDATE SKIP LOCKED)
     UPDATE products.reservation SET updated_at = now() FROM expired
     WHERE reservation.purchase_id = expired.purchase_id RETURNING reservation.purchase_id`,
  params: [doublePrecision(), doublePrecision()],
  row: { purchase_id: uuid<PurchaseId>() },
});

/**
 * Takes the reservations of a round by writing down that they were looked at: no other instance looks at them before
 * the next round, and none is locked while purchases is asked. Those not looked at for longest come first, so that
 * some that nobody can settle do not keep the others waiting. One statement, which waits for no lock.
 */
async function takeExpired({ db, own: { expiry } }: Context<Own>): Promise<PurchaseId[]> {
  const [taken] = await takeExpiredStatement.run(db, [expiry.afterMinutes * 60, expiry.everyMs / 1000]);
  return taken.map(({ purchase_id }) => purchase_id);
}

async function settle(
  ctx: Context<Own>,
  purchaseId: PurchaseId,
  asking: { signal: AbortSignal; traceId: string },
): Promise<'released' | 'committed' | 'left'> {
  const { purchaseStatus } = await ctx.peer(
    'purchases',
    { query: question, variables: { id: purchaseId } },
    asking,
  );
  if (purchaseStatus === null || purchaseStatus === 'CANCELLED') {
    await releaseStock(ctx, purchaseId);
    return 'released';
  }
  if (purchaseStatus === 'COMPLETED') {
    await commitStock(ctx, purchaseId);
    return 'committed';
  }
  return 'left';
}
