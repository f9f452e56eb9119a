// Checks that each migration can be reverted: its `down` restores the catalog that was there before its `up`. The check needs a database
// without any migration, and leaves it so.

import { readCatalog } from '../../platform/migrations/drift.ts';
import {
  type MigrationTarget,
  migrateDown,
  migrateUp,
  withOwnerDatabase,
} from '../../platform/migrations/migrate.ts';
import { type DatabaseUrls, getRole } from '../../platform/process/database-urls.ts';
import type { Log } from '../../platform/process/log.ts';

type Catalog = readonly string[];

/** Runs the migrations one at a time. Returns the catalog before the first one, and after each of them. */
export async function migrateInSteps(
  target: MigrationTarget,
  urls: DatabaseUrls,
  log: Log,
): Promise<Catalog[]> {
  const catalogs: Catalog[] = [await readOwnCatalog(target, urls, log)];
  for (const index of target.migrations.keys()) {
    await migrateUp({ ...target, migrations: target.migrations.slice(0, index + 1) }, urls, log);
    catalogs.push(await readOwnCatalog(target, urls, log));
  }
  return catalogs;
}

/** Reverts the migrations one at a time. Returns one line for each difference that a `down` leaves. */
export async function findUnrestored(
  target: MigrationTarget,
  urls: DatabaseUrls,
  log: Log,
  catalogs: readonly Catalog[],
): Promise<string[]> {
  const found: string[] = [];
  for (const [index, { name }] of [...target.migrations.entries()].toReversed()) {
    try {
      await migrateDown(target, urls, log);
    } catch (cause) {
      return [...found, (cause as Error).message];
    }
    const [before, after] = [catalogs[index] ?? [], await readOwnCatalog(target, urls, log)];
    const lost = before.filter((line) => !after.includes(line));
    const left = after.filter((line) => !before.includes(line));
    found.push(...lost.map((line) => `the down of ${name} does not bring back: ${line}`));
    found.push(...left.map((line) => `the down of ${name} leaves: ${line}`));
    // What one migration leaves, the ones before it would seem to leave as well.
    if (lost.length + left.length > 0) return found;
  }
  return found;
}

function readOwnCatalog(target: MigrationTarget, urls: DatabaseUrls, log: Log): Promise<Catalog> {
  return withOwnerDatabase(target, urls.owner, log, (db) =>
    readCatalog(db, target.name, getRole(urls.runtime)),
  );
}
