// Migrations of one subgraph, run by its owner role under an advisory lock, so that any number of instances may start
// at once: the first migrates, the others wait and find nothing to do. (TypeORM itself takes no lock.)
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { DataSource, EntitySchema, MigrationInterface } from 'typeorm';
import type { Log } from '../process/log.ts';
import { boolean, text, varchar } from './column.ts';
import { openDataSource } from './data-source.ts';
import { oneRowStatement, statement } from './statement.ts';

const { escapeIdentifier } = pg;

export interface MigrationTarget {
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: tables of different rows stand in one list
  tables: readonly EntitySchema<any>[];
  migrations: readonly (new () => MigrationInterface)[];
}

export interface MigrationState {
  applied: readonly string[];
  pending: readonly string[];
}

/** ASCII "migr"; the second key is the subgraph's name, hashed, since a database may hold several subgraphs. */
const lockClass = 0x6d696772;

/** Runs what is pending, oldest first, each in its own transaction. Returns the names it ran. */
export async function migrateUp(target: MigrationTarget, urls: { owner: string; runtime: string }, log: Log) {
  return underLock(target, urls.owner, log, async (db) => {
    const ran = await db.runMigrations();
    // Default privileges gave the runtime role all tables of the schema; the history is not its to write.
    const table = `${escapeIdentifier(target.name)}.migration`;
    const runtime = escapeIdentifier(decodeURIComponent(new URL(urls.runtime).username));
    if (ran.length > 0) await db.query(`REVOKE INSERT, UPDATE, DELETE ON ${table} FROM ${runtime}`);
    return ran.map(({ name }) => name);
  });
}

/** Reverts the newest applied migration. Returns its name, or null when nothing is applied. */
export async function migrateDown(
  target: MigrationTarget,
  urls: { owner: string },
  log: Log,
): Promise<string | null> {
  return underLock(target, urls.owner, log, async (db) => {
    const { applied } = await migrationState(db, target);
    const newest = applied.at(-1);
    if (newest === undefined) return null;
    await db.undoLastMigration();
    return newest;
  });
}

/** What the database's own history says, against the list in index.ts. */
export async function migrationState(
  db: Pick<DataSource, 'query'>,
  target: Pick<MigrationTarget, 'name' | 'migrations'>,
): Promise<MigrationState> {
  const { history, exists, names } = historyStatements(target.name);
  const [{ found }] = await exists.run(db, [history]);
  const rows = found ? await names.run(db) : [];
  const applied = rows.map(({ name }) => name);
  const known = target.migrations.map(({ name }) => name);
  return { applied, pending: known.filter((name) => !applied.includes(name)) };
}

/** The statements that read a subgraph's own history of migrations: the table has the subgraph's name in its own. */
export function historyStatements(subgraph: string) {
  const history = `${escapeIdentifier(subgraph)}.migration`;
  return {
    history,
    exists: oneRowStatement({
      text: 'SELECT to_regclass($1) IS NOT NULL AS found',
      params: [text()],
      row: { found: boolean() },
    }),
    names: statement({ text: `SELECT name FROM ${history} ORDER BY id`, row: { name: varchar() } }),
  };
}

/** Opens the database as its owner for one piece of work, without the lock: reading and comparing. */
export async function asOwner<Result>(
  target: MigrationTarget,
  ownerUrl: string,
  log: Log,
  work: (db: DataSource) => Promise<Result>,
): Promise<Result> {
  const { db } = await openDataSource({
    subgraph: target.name,
    url: ownerUrl,
    tables: target.tables,
    migrations: target.migrations,
    poolSize: 2,
    log,
  });
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

function underLock<Result>(
  target: MigrationTarget,
  ownerUrl: string,
  log: Log,
  work: (db: DataSource) => Promise<Result>,
): Promise<Result> {
  return asOwner(target, ownerUrl, log, async (db) => {
    const holder = db.createQueryRunner();
    const key = [lockClass, hash(target.name)];
    try {
      // Polled, never blocking: a session that waits inside pg_advisory_lock counts as a running transaction, and
      // CREATE INDEX CONCURRENTLY in the holder would wait for it for ever.
      while (!(await holder.query('SELECT pg_try_advisory_lock($1, $2) AS held', key))[0].held)
        await sleep(50);
      return await work(db);
    } finally {
      await holder.query('SELECT pg_advisory_unlock($1, $2)', key);
      await holder.release();
    }
  });
}

/** FNV-1a, folded to a signed 32-bit int, as advisory locks take it. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193);
  return value | 0;
}
