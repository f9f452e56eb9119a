// Who runs a purchase: the statements by which a row changes hands. Each lets exactly one instance win.
import { array, integer, uuid } from '../../platform/database/column.ts';
import { changeStatement } from '../../platform/database/statement.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import type { PurchaseId } from '../../platform/values/ids.ts';
import { type PurchaseRow, purchaseColumns, purchaseRow } from './purchase.ts';
import { signOfLifeClass } from './sign-of-life.ts';

/** At most so many rows in one round, so that several instances share what one of them left behind. */
const batch = 20;

/** True for a row `p` that is under way and that nobody runs: put down and due, or its owner's sign of life is gone. */
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
       ORDER BY p.resume_at LIMIT ${batch} FOR UPDATE SKIP LOCKED)
     RETURNING ${purchaseColumns}`,
  params: [integer(), array(uuid<PurchaseId>())],
  row: purchaseRow,
});

/**
 * Takes over what nobody runs. SKIP LOCKED: a row that another instance is just taking over is its own. `running` are the
 * purchases that this instance does run: one that is written down as ours and is not among them lost its run when the answer
 * to an insert, a claim or a park was lost. (A request begins to run what it inserted well within those two seconds.)
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

/** Takes over one row for a client that asks again; null while somebody runs it. A row that was put down need not be due. */
export async function claimOne(
  { db }: Pick<Context, 'db'>,
  id: PurchaseId,
  owner: number,
): Promise<PurchaseRow | null> {
  const [[row]] = await claimOneStatement.run(db, [owner, id]);
  return row ?? null;
}

export const parkStatement = changeStatement({
  text: `UPDATE purchases.purchase SET owner = NULL, attempts = attempts + 1, updated_at = now(),
       resume_at = now() + least(30, 0.2 * 2 ^ least(attempts, 10)) * (0.5 + random() / 2) * interval '1 second'
     WHERE id = $1 AND owner = $2 AND status IN ('STARTED', 'CONFIRMED', 'CANCELLING')`,
  params: [uuid<PurchaseId>(), integer()],
});

/**
 * Puts a row down for now; whoever finds it due takes it up. The pause doubles, from 0.2 to 30 seconds. One that has ended
 * meanwhile (another run of ours, for a repeat of the request) is left as it was answered.
 */
export async function park({ db }: Pick<Context, 'db'>, id: PurchaseId, owner: number): Promise<void> {
  await parkStatement.run(db, [id, owner]);
}

export const claimForgottenStatement = changeStatement({
  text: `UPDATE purchases.purchase p SET resume_at = now() + interval '20 seconds', updated_at = now() WHERE p.id IN (
       SELECT p.id FROM purchases.purchase p
       WHERE p.status IN ('STARTED', 'CONFIRMED', 'CANCELLING') AND p.resume_at <= now() - interval '10 seconds'
       ORDER BY p.resume_at LIMIT ${batch} FOR UPDATE SKIP LOCKED)
     RETURNING ${purchaseColumns}`,
  row: purchaseRow,
});

/**
 * For an engine that keeps its runs elsewhere and writes no owners: what is under way for so long that the engine may
 * never have heard of it. It is looked at again half a minute later, so telling the engine must be harmless.
 */
export async function claimForgotten({ db }: Pick<Context, 'db'>): Promise<PurchaseRow[]> {
  const [rows] = await claimForgottenStatement.run(db);
  return rows;
}
