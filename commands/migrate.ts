// npm run migrate -- <name|all> up|down|status|snapshot [--breaking] [--yes]
//   up        runs pending migrations                down      reverts the newest migration
//             Both refuse what breaks instances that are up, unless --breaking says that they may (docs/migrations.md).
//             In production, `down` asks first. Without a terminal it needs --yes.
//   status    lists applied and pending migrations,  snapshot  writes migrations/catalog.txt, which status compares with
//             and any drift                                    the database to find drift
// Outside of production, status also reverts the migrations in a temporary PostgreSQL, to find a `down` that does not restore the catalog.
// It works on the databases that the environment names, or on the embedded PostgreSQL: that of the graph that runs, or of DATA_DIR,
// which it starts when it does not run. Each subgraph's first line says which database that is. Only `up` creates one.
import { relative } from 'node:path';
import { openCommandDatabases } from '../local/postgres/command-databases.ts';
import { usesEmbeddedPostgres } from '../local/postgres/databases.ts';
import { rehearseMigrations } from '../local/rehearsal/rehearse-migrations.ts';
import { checkQueryRoles } from '../platform/database/provisioning/query-role.ts';
import {
  findBroken,
  findDrift,
  findUnlistedFiles,
  readCatalog,
  writeCatalog,
} from '../platform/migrations/drift.ts';
import {
  type MigrateOptions,
  migrateDown,
  migrateUp,
  readMigrationState,
  withOwnerDatabase,
} from '../platform/migrations/migrate.ts';
import { ask, hasTerminal, print, runCommand, warn, warnOfVariables } from '../platform/process/command.ts';
import { type DatabaseUrls, getRole, readDatabaseUrls } from '../platform/process/database-urls.ts';
import {
  type Environment,
  loadEnvironmentFile,
  readEnvironmentAnd,
} from '../platform/process/environment.ts';
import { UsageError } from '../platform/process/lifecycle.ts';
import { type Log, openLog } from '../platform/process/log.ts';
import { OpenResources } from '../platform/process/shutdown.ts';
import { checkStatedSettings, type SubgraphDefinition } from '../platform/subgraph/definition.ts';
import { readSupergraphMap, type SubgraphEntry, type SupergraphMap } from '../platform/supergraph-map.ts';
import { findEntry, loadSubgraph } from '../subgraphs/load.ts';

type Action = (
  entry: SubgraphEntry,
  urls: DatabaseUrls,
  environment: Environment,
  options: ActionOptions,
) => Promise<void>;

interface ActionOptions extends MigrateOptions {
  /** Where the database is. A `down` asks whether it is the right one; undefined: it does not ask. */
  askAbout?: string | undefined;
}

/** The options that each verb may have. */
const flags: Readonly<Record<string, readonly string[]>> = {
  up: ['--breaking'],
  down: ['--breaking', '--yes'],
};

const actions: Readonly<Record<string, Action>> = {
  up: async (entry, urls, environment, options) => {
    const definition = await loadSubgraph(entry);
    const ran = await migrateUp(definition, urls, openLog(environment, entry.name), options);
    print(`${entry.name}: ${ran.length === 0 ? 'is up to date' : `ran ${ran.join(', ')}`}`);
  },
  down: async (entry, urls, environment, { askAbout, ...options }) => {
    const definition = await loadSubgraph(entry);
    const log = openLog(environment, entry.name);
    const agreed = askAbout === undefined ? undefined : await agreeToRevert(definition, urls, log, askAbout);
    const reverted = await migrateDown(definition, urls, log, { ...options, agreed });
    print(`${entry.name}: ${reverted === null ? 'has nothing to revert' : `reverted ${reverted}`}`);
  },
  status: async (entry, urls, environment) => {
    const definition = await loadSubgraph(entry);
    await withOwnerDatabase(definition, urls.owner, openLog(environment, entry.name), async (db) => {
      const { applied, pending, unknown } = await readMigrationState(db, definition);
      for (const name of applied)
        print(
          `${entry.name}: applied ${name}${unknown.includes(name) ? ', which this code does not know' : ''}`,
        );
      for (const name of pending) print(`${entry.name}: pending ${name}`);
      if (unknown.length > 0) print(`${entry.name}: the database is NEWER than this code`);
      // A database with other migrations than the code differs from the catalog by design.
      const drift =
        pending.length + unknown.length > 0
          ? await findBroken(db, entry.name)
          : await findDrift(db, entry.folder, entry.name, getRole(urls.runtime));
      const listed = definition.migrations.map(({ name }) => name);
      const found = [...findUnlistedFiles(entry.folder, listed), ...drift];
      for (const line of found) print(`${entry.name}: DRIFT ${line}`);
      if (found.length > 0) process.exitCode = 1;
    });
  },
  snapshot: async (entry, urls, environment) => {
    const definition = await loadSubgraph(entry);
    await withOwnerDatabase(definition, urls.owner, openLog(environment, entry.name), async (db) => {
      const { pending, unknown } = await readMigrationState(db, definition);
      if (pending.length > 0)
        throw new Error(`${entry.name} has pending migrations; run: npm run migrate -- ${entry.name} up`);
      if (unknown.length > 0)
        throw new Error(
          `${entry.name}: the database is newer than this code, which lacks ${unknown.join(', ')}`,
        );
      const file = writeCatalog(entry.folder, await readCatalog(db, entry.name, getRole(urls.runtime)));
      print(`${entry.name}: wrote ${relative(process.cwd(), file)}`);
    });
  },
};

await runCommand(async ([which, verb = '', ...more]) => {
  const act = Object.hasOwn(actions, verb) ? actions[verb] : undefined;
  const isUnknown = more.some((flag, index) => !flags[verb]?.includes(flag) || more.indexOf(flag) < index);
  if (which === undefined || act === undefined || isUnknown) {
    const verbs = Object.keys(actions).join('|');
    throw new UsageError(
      `usage: npm run migrate -- <name|all> ${verbs} [--breaking (up, down)] [--yes (down)]`,
    );
  }
  loadEnvironmentFile();
  const map = readSupergraphMap();
  const entries = which === 'all' ? map.subgraphs : [findEntry(map, which)];
  const environment = { ...(await readWholeEnvironment(map, entries)), LOG_LEVEL: 'warn' as const };
  warnOfVariables(environment);
  const asks = verb === 'down' && environment.NODE_ENV === 'production' && !more.includes('--yes');
  if (asks && !hasTerminal())
    throw new Error(
      'In production, down asks before it reverts a migration, and there is no terminal: add --yes to revert without a question',
    );
  const opened = new OpenResources();
  try {
    const databases = await openCommandDatabases({
      all: map.subgraphs.map(({ name }) => name),
      names: entries.map(({ name }) => name),
      environment,
      opened,
      creates: verb === 'up',
    });
    // A start checks them as well. Here the sentence comes in place of the error of a migration.
    const created = new Map(
      [...databases].flatMap(([name, { urls }]) => (urls === null ? [] : [[name, urls]])),
    );
    await checkQueryRoles(created, environment, warn);
    for (const entry of entries) {
      const database = databases.get(entry.name);
      if (database === undefined) continue;
      print(`${entry.name}: ${database.description}`);
      const options = {
        onBreaking: more.includes('--breaking') ? print : undefined,
        askAbout: asks ? database.description : undefined,
      };
      if (database.urls !== null) await act(entry, database.urls, environment, options);
      else if (verb === 'status') await listPending(entry);
      else throw new Error(`${entry.name} has no database yet; run: npm run migrate -- ${entry.name} up`);
    }
    if (verb === 'status' && environment.NODE_ENV !== 'production') await listUnrestored(entries);
  } finally {
    await opened.close();
  }
});

/** Reports every invalid variable at once, before a database is started or changed. */
async function readWholeEnvironment(
  { subgraphs }: SupergraphMap,
  entries: readonly SubgraphEntry[],
): Promise<Environment> {
  const all = subgraphs.map(({ name }) => name);
  const names = entries.map(({ name }) => name);
  const definitions = await Promise.all(entries.map(loadSubgraph));
  const [environment] = readEnvironmentAnd([
    (given: Environment) => (usesEmbeddedPostgres(given, all) ? undefined : readDatabaseUrls(given, names)),
    ...definitions.map((definition) => (given: Environment) => checkStatedSettings(definition, given)),
  ]);
  return environment;
}

/** Returns the migration that a person agreed to revert; undefined when none is applied. Throws an error after any other answer. */
async function agreeToRevert(
  definition: SubgraphDefinition,
  urls: DatabaseUrls,
  log: Log,
  description: string,
): Promise<string | undefined> {
  const { name } = definition;
  const { applied } = await withOwnerDatabase(definition, urls.owner, log, (db) =>
    readMigrationState(db, definition),
  );
  const newest = applied.at(-1);
  if (newest === undefined) return undefined;
  const answer = await ask(`${name}: revert ${newest} in ${description}? Answer ${name} or yes: `);
  if (answer !== name && answer !== 'yes')
    throw new Error(`${name}: nothing was reverted, because the answer was neither ${name} nor yes`);
  return newest;
}

async function listPending(entry: SubgraphEntry): Promise<void> {
  const { migrations } = await loadSubgraph(entry);
  for (const { name } of migrations) print(`${entry.name}: pending ${name}`);
}

/** The code of a `down` was tested before it was released: production starts no PostgreSQL for it. */
async function listUnrestored(entries: readonly SubgraphEntry[]): Promise<void> {
  const definitions = await Promise.all(entries.map(loadSubgraph));
  for (const [name, found] of await rehearseMigrations(definitions)) {
    for (const line of found) print(`${name}: REVERT ${line}`);
    if (found.length > 0) process.exitCode = 1;
  }
}
