// What a start does about migrations: it runs those that are pending, or, with MIGRATE_ON_START=false, is refused while there are any.
// Then only `npm run migrate` changes the tables. No start undoes a `down`: see reverted.ts.
import type { Environment } from '../process/environment.ts';
import type { Log } from '../process/log.ts';
import {
  type MigrationTarget,
  type MigrationUrls,
  migrateUp,
  readMigrationState,
  warnOfNewer,
  withOwnerDatabase,
} from './migrate.ts';
import { MigrationError } from './migration-error.ts';

export interface StartedDatabase {
  target: MigrationTarget;
  urls: MigrationUrls;
  log: Log;
}

/** Returns the names of the migrations that it ran. Databases are independent, so that all are migrated in parallel. Throws MigrationError. */
export async function migrateOnStart(
  databases: readonly StartedDatabase[],
  { MIGRATE_ON_START }: Pick<Environment, 'MIGRATE_ON_START'>,
): Promise<string[]> {
  if (MIGRATE_ON_START) {
    const ran = await Promise.all(
      databases.map(({ target, urls, log }) => migrateUp(target, urls, log, { isStart: true })),
    );
    return ran.flat();
  }
  const found = await Promise.all(databases.map(readPending));
  const behind = found.filter(({ pending }) => pending.length > 0);
  const [first, ...others] = behind;
  if (first === undefined) return [];
  const list = behind.map(({ name, pending }) => `${name} (${pending.join(', ')})`).join(', ');
  const which = others.length === 0 ? first.name : 'all';
  throw new MigrationError(
    `MIGRATE_ON_START is false, and migrations are pending: ${list}; run: npm run migrate -- ${which} up`,
  );
}

/** It takes no lock: while another process migrates, its migration is pending until it commits. */
async function readPending({ target, urls, log }: StartedDatabase) {
  const { pending, unknown } = await withOwnerDatabase(target, urls.owner, log, (db) =>
    readMigrationState(db, target),
  );
  warnOfNewer(unknown, log);
  return { name: target.name, pending };
}
