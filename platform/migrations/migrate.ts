// Runs the migrations of one subgraph as its owner role, under an advisory lock, so that any number of instances may start at once:
// the first one migrates, and the others wait and find nothing to do. TypeORM takes no lock itself.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { DataSource, EntitySchema, MigrationInterface } from 'typeorm';
import { boolean, text, varchar } from '../database/column.ts';
import { openDataSource } from '../database/data-source.ts';
import { oneRowStatement, statement } from '../database/statement.ts';
import type { DatabaseUrls } from '../process/database-urls.ts';
import type { Log } from '../process/log.ts';
import { createBreakingCheck } from './breaking-changes.ts';
import { MigrationError } from './migration-error.ts';
import { forgetReverted, markReverted, readReverted, refuseReverted } from './reverted.ts';
import { createCodeTable, forgetOldCode, readRunningCode } from './running-code.ts';
import { watchMigrations } from './watched-migrations.ts';

const { escapeIdentifier } = pg;

export interface MigrationTarget {
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: tables of different rows are in one list
  tables: readonly EntitySchema<any>[];
  migrations: readonly (new () => MigrationInterface)[];
}

export interface MigrationState {
  applied: readonly string[];
  pending: readonly string[];
  /** Applied migrations that the code does not know: the database is newer than the code. */
  unknown: readonly string[];
}

/** First key of the lock: "migr" in ASCII. The second key is the hashed name, because a database may hold several subgraphs. */
const lockClass = 0x6d696772;

export interface MigrateOptions {
  /** Receives what a migration breaks, of the instances that are up. Without it, such a migration is refused: see breaking-changes.ts. */
  onBreaking?: ((message: string) => void) | undefined;
}

export interface MigrateUpOptions extends MigrateOptions {
  /** True at a start, which does not run again what `down` has reverted: see reverted.ts. */
  isStart?: boolean;
}

export type MigrationUrls = Pick<DatabaseUrls, 'owner'>;

/** Runs the pending migrations, oldest first, each in its own transaction. Returns their names. Throws MigrationError. */
export async function migrateUp(
  target: MigrationTarget,
  urls: MigrationUrls,
  log: Log,
  options: MigrateUpOptions = {},
): Promise<string[]> {
  return withMigrationLock(watch(target, options), urls.owner, log, async (db) => {
    await createCodeTable(db, target.name);
    const { history } = buildHistoryStatements(target.name);
    const { pending, unknown } = await readMigrationState(db, target);
    if (options.isStart !== true) await forgetReverted(db, history);
    else if (pending.length > 0) refuseReverted(target.name, pending, await readReverted(db, history));
    const applied = await db.runMigrations();
    const running = await readRunningCode(db, target.name);
    await forgetOldCode(db, target.name, running);
    if (applied.length > 0) await protectHistory(db, target.name);
    // What the code does not know stays unknown, whatever it has run.
    warnOfNewer(unknown, log);
    return applied.map(({ name }) => name);
  });
}

/** While instances are replaced, older code runs on a newer database: a migration has to allow that, so this is no error. */
export function warnOfNewer(unknown: readonly string[], log: Log): void {
  if (unknown.length > 0) log.warn({ migrations: unknown }, 'the database is newer than this code');
}

export interface RevertOptions extends MigrateOptions {
  /** The migration that somebody agreed to revert. Another one is refused: it became the newest in the meantime. */
  agreed?: string | undefined;
}

/** Reverts the newest applied migration. Returns its name, or null when none is applied. Throws MigrationError. */
export async function migrateDown(
  target: MigrationTarget,
  urls: MigrationUrls,
  log: Log,
  options: RevertOptions = {},
): Promise<string | null> {
  return withMigrationLock(watch(target, options), urls.owner, log, async (db) => {
    await createCodeTable(db, target.name);
    const { applied } = await readMigrationState(db, target);
    const newest = applied.at(-1);
    if (newest === undefined) return null;
    if (options.agreed !== undefined && newest !== options.agreed)
      throw new MigrationError(
        `${target.name}: nothing was reverted, because the newest migration is ${newest} by now, and not ${options.agreed}`,
      );
    await markReverted(db, buildHistoryStatements(target.name).history, newest);
    await db.undoLastMigration();
    return newest;
  });
}

/** Default privileges give the query role all tables of the schema. Nobody but the owner may write the history. */
async function protectHistory(db: DataSource, subgraph: string): Promise<void> {
  const { history } = buildHistoryStatements(subgraph);
  const others: { role: string }[] = await db.query(
    `SELECT DISTINCT g.grantee::regrole::text AS role FROM pg_class c, aclexplode(c.relacl) g
     WHERE c.oid = $1::regclass AND g.grantee NOT IN (0, c.relowner)`,
    [history],
  );
  for (const { role } of others) await db.query(`REVOKE INSERT, UPDATE, DELETE ON ${history} FROM ${role}`);
}

function watch(target: MigrationTarget, { onBreaking }: MigrateOptions): MigrationTarget {
  const check = createBreakingCheck({ subgraph: target.name, onBreaking });
  return { ...target, migrations: watchMigrations(target.name, target.migrations, check) };
}

/** Compares the history table of the database with the migrations that index.ts lists. */
export async function readMigrationState(
  db: Pick<DataSource, 'query'>,
  target: Pick<MigrationTarget, 'name' | 'migrations'>,
): Promise<MigrationState> {
  const { history, exists, names } = buildHistoryStatements(target.name);
  const [{ found }] = await exists.run(db, [history]);
  const rows = found ? await names.run(db) : [];
  const applied = rows.map(({ name }) => name);
  const known = target.migrations.map(({ name }) => name);
  return {
    applied,
    pending: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}

/** Builds the statements that read the history table. Its name contains the name of the subgraph. */
export function buildHistoryStatements(subgraph: string) {
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

/** Opens the database as its owner while `work` runs. It takes no lock, so `work` may only read. */
export async function withOwnerDatabase<Result>(
  target: MigrationTarget,
  ownerUrl: string,
  log: Log,
  work: (db: DataSource) => Promise<Result>,
): Promise<Result> {
  const { db } = await openDataSource({
    subgraph: target.name,
    url: ownerUrl,
    work: 'migrations',
    applicationName: `tributary ${target.name} migrations`,
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

function withMigrationLock<Result>(
  target: MigrationTarget,
  ownerUrl: string,
  log: Log,
  work: (db: DataSource) => Promise<Result>,
): Promise<Result> {
  return withOwnerDatabase(target, ownerUrl, log, async (db) => {
    const lockSession = db.createQueryRunner();
    const key = [lockClass, hashName(target.name)];
    try {
      // The lock is polled. A session that waits inside pg_advisory_lock counts as a running transaction, and CREATE INDEX
      // CONCURRENTLY in the session that holds the lock would wait for it forever.
      while (!(await lockSession.query('SELECT pg_try_advisory_lock($1, $2) AS held', key))[0].held)
        await sleep(50);
      return await work(db);
    } finally {
      await lockSession.query('SELECT pg_advisory_unlock($1, $2)', key);
      await lockSession.release();
    }
  });
}

/** FNV-1a, as a signed 32-bit integer, which advisory locks need. */
function hashName(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193);
  return value | 0;
}
