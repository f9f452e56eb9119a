// Remembers which migrations `npm run migrate -- <name> down` has reverted, so that no start runs them again: only `up` does. The names stand in the
// comment of the history table, which belongs to the owner as the table does, and which every version of the code leaves alone.
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { MigrationError } from './migration-error.ts';

const { escapeLiteral } = pg;

const mark = 'reverted: ';

/** The names of the migrations that were reverted since the last `up`. `history` is the name of the history table, as SQL. */
export async function readReverted(db: DataSource, history: string): Promise<string[]> {
  const [row]: { comment: string | null }[] = await db.query(
    `SELECT obj_description(to_regclass($1), 'pg_class') AS comment`,
    [history],
  );
  const comment = row?.comment ?? '';
  return comment.startsWith(mark) ? comment.slice(mark.length).split(', ') : [];
}

/** Called before a migration is reverted: after a crash in between, it is applied and not pending, so that the mark has no effect. */
export async function markReverted(db: DataSource, history: string, migration: string): Promise<void> {
  const names = new Set([...(await readReverted(db, history)), migration]);
  const comment = escapeLiteral(`${mark}${[...names].join(', ')}`);
  await db.query(`COMMENT ON TABLE ${history} IS ${comment}`);
}

export async function forgetReverted(db: DataSource, history: string): Promise<void> {
  if ((await readReverted(db, history)).length > 0) await db.query(`COMMENT ON TABLE ${history} IS NULL`);
}

/** Throws MigrationError when a start would run a migration again that somebody has reverted. */
export function refuseReverted(
  subgraph: string,
  pending: readonly string[],
  reverted: readonly string[],
): void {
  const undone = pending.filter((name) => reverted.includes(name));
  if (undone.length === 0) return;
  throw new MigrationError(
    `${subgraph}: a down has reverted ${undone.join(', ')}, and no start runs it again: start the code before it, or run: npm run migrate -- ${subgraph} up`,
  );
}
