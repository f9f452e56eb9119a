// The ownership of a purchase: its owner is the instance that runs it. Each statement here changes the owner of a row, and exactly
// one of several simultaneous instances succeeds.
import { array, integer, uuid } from '../../platform/database/column.ts';
import { changeStatement } from '../../platform/database/statement.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import type { PurchaseId } from '../../platform/values/ids.ts';
import { type PurchaseRow, purchaseColumns, purchaseRow } from './purchase.ts';
import { signOfLifeClass } from './sign-of-life.ts';

/** Maximum number of rows that one round claims, so that several instances share the rows of one that is gone. */
const maxClaimed = 20;

/**
 * True for a row `p` that has not ended and that no instance runs: it has no owner and is due, or the sign of life of its owner
 * is gone.
 */
const isOrphan = `p.status IN ('STARTED', 'CONFIRMED', 'CANCELLING') AND (
  (p.owner IS NULL AND p.resume_at <= now())
  OR (p.owner <> $1 AND NOT EXISTS (
    SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.classid = ${signOfLifeClass}
      AND l.objid = p.owner::oid AND l.objsubid = 2)))`;

export const claimOrphansStatement = changeStatement({
  text: `UPDATE purchases.purchase p SET owner = $1, updated_at = now() WHERE p.id IN (
       SELECT p.id FROM purchases.purchase p
       WHERE ${isOrphan} OR (p.status IN ('STARTED', 'CONFIRMED', 'CANCELLING')
         AND p.owner = $1 AND p.id <> ALL($2::uuid[]) AND p.updated_at < now() - interval '2 seconds')
       ORDER BY p.resume_at LIMIT ${maxClaimed} FOR UPDATE SKIP LOCKED)
     RETURNING ${purchaseColumns}`,
  params: [integer(), array(uuid<PurchaseId>())],
  row: purchaseRow,
});

/**
 * Claims the purchases that no instance runs. Because of SKIP LOCKED, a row that another instance is claiming is left to it.
 * `running` are the purchases that this instance runs. A row that names this instance as its owner and is not among them has lost
 * its run, because the response to an insert, a claim or a release was lost. (A request starts to run the purchase that it has
 * inserted well within the two seconds of the condition.)
 */
export async function claimOrphans(
  { db }: Pick<Context, 'db'>,
  owner: number,
  running: readonly PurchaseId[],
): Promise<PurchaseRow[]> {
  const [rows] = await claimOrphansStatement.run(db, [owner, running]);
  return rows;
}

export const claimOneStatement = changeStatement({
  text: `UPDATE purchases.purchase p SET owner = $1, updated_at = now()
     WHERE p.id = $2 AND ((p.owner IS NULL AND p.status IN ('STARTED', 'CONFIRMED', 'CANCELLING')) OR (${isOrphan}))
     RETURNING ${purchaseColumns}`,
  params: [integer(), uuid<PurchaseId>()],
  row: purchaseRow,
});

/**
 * Claims one purchase for a client that repeats its request. Returns null while an instance runs it. A row that was released need
 * not be due.
 */
export async function claimOne(
  { db }: Pick<Context, 'db'>,
  id: PurchaseId,
  owner: number,
): Promise<PurchaseRow | null> {
  const [[row]] = await claimOneStatement.run(db, [owner, id]);
  return row ?? null;
}

export const releaseOwnershipStatement = changeStatement({
  text: `UPDATE purchases.purchase SET owner = NULL, attempts = attempts + 1, updated_at = now(),
       resume_at = now() + least(30, 0.2 * 2 ^ least(attempts, 10)) * (0.5 + random() / 2) * interval '1 second'
     WHERE id = $1 AND owner = $2 AND status IN ('STARTED', 'CONFIRMED', 'CANCELLING')`,
  params: [uuid<PurchaseId>(), integer()],
});

/**
 * Releases a purchase for now, so that any instance can claim it when it is due. The pause doubles, from 0.2 to 30 seconds. A
 * purchase that has ended meanwhile (by another run of this instance, for a repeat of the request) stays unchanged. Returns false
 * then, and when another instance owns it.
 */
export async function releaseOwnership(
  { db }: Pick<Context, 'db'>,
  id: PurchaseId,
  owner: number,
): Promise<boolean> {
  const [, changed] = await releaseOwnershipStatement.run(db, [id, owner]);
  return changed > 0;
}

export const claimForgottenStatement = changeStatement({
  text: `UPDATE purchases.purchase p SET resume_at = now() + interval '20 seconds', updated_at = now() WHERE p.id IN (
       SELECT p.id FROM purchases.purchase p
       WHERE p.status IN ('STARTED', 'CONFIRMED', 'CANCELLING') AND p.resume_at <= now() - interval '10 seconds'
       ORDER BY p.resume_at LIMIT ${maxClaimed} FOR UPDATE SKIP LOCKED)
     RETURNING ${purchaseColumns}`,
  row: purchaseRow,
});

/**
 * For an engine that writes no owners: claims purchases that have been running for so long that they may never have reached the
 * engine. They are claimed again half a minute later, so submitting a purchase twice must be harmless.
 */
export async function claimForgotten({ db }: Pick<Context, 'db'>): Promise<PurchaseRow[]> {
  const [rows] = await claimForgottenStatement.run(db);
  return rows;
}
