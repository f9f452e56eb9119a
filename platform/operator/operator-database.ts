// The databases on which a command of an operator works, as the query role: those that the environment names, or those of the embedded PostgreSQL.
import { destination } from 'pino';
import type { DataSource } from 'typeorm';
import { openDataSource } from '../database/data-source.ts';
import { print, warnOfVariables } from '../process/command.ts';
import {
  type DatabaseUrls,
  describeDatabase,
  hasDatabaseUrl,
  readDatabaseUrls,
} from '../process/database-urls.ts';
import { type Environment, readEnvironmentAnd } from '../process/environment.ts';
import { type Log, openLog } from '../process/log.ts';
import type { OpenResources } from '../process/shutdown.ts';

interface FoundDatabase {
  /** Null where the embedded PostgreSQL has none yet. */
  urls: DatabaseUrls | null;
  /** Where it is, for people. */
  description: string;
}

export type FoundDatabases = ReadonlyMap<string, FoundDatabase>;

export interface OperatorOptions {
  /** The names of all subgraphs. */
  all: readonly string[];
  /** Those on whose databases the command works. */
  names: readonly string[];
  environment: Environment;
  opened: OpenResources;
}

/** Throws EnvironmentError, before anything is opened. Of what databases log, the command shows warnings only. */
export function readOperatorEnvironment(all: readonly string[], names: readonly string[]): Environment {
  const [environment] = readEnvironmentAnd([
    (given: Environment) => (hasDatabaseUrl(given, all) ? readDatabaseUrls(given, names) : undefined),
  ]);
  warnOfVariables(environment);
  return { ...environment, LOG_LEVEL: 'warn' };
}

/** `findEmbedded` is called only where the environment names no database: an image has no embedded PostgreSQL, and no code that starts one. */
export async function findOperatorDatabases(
  options: OperatorOptions,
  findEmbedded: (options: OperatorOptions & { creates: false }) => Promise<FoundDatabases>,
): Promise<FoundDatabases> {
  const { all, names, environment } = options;
  if (!hasDatabaseUrl(environment, all)) return findEmbedded({ ...options, creates: false });
  const found = [...readDatabaseUrls(environment, names)];
  return new Map(found.map(([name, urls]) => [name, { urls, description: describeDatabase(urls.owner) }]));
}

export interface OperatorDatabase {
  subgraph: string;
  db: DataSource;
  description: string;
  /** It writes to standard error, because standard output is for people. */
  log: Log;
}

/** Says where the database is, and opens it. `command` is the name of the command for PostgreSQL. */
export async function openOperatorDatabase(
  name: string,
  databases: FoundDatabases,
  command: string,
  { environment, opened }: Pick<OperatorOptions, 'environment' | 'opened'>,
): Promise<OperatorDatabase> {
  const { urls, description } = databases.get(name) ?? { urls: null, description: '' };
  print(`${name}: ${description}`);
  if (urls === null) throw new Error(`${name} has no database yet; npm start creates one`);
  const log = openLog(environment, name, destination({ dest: 2, sync: true }));
  const { db } = await openDataSource({
    subgraph: name,
    url: urls.runtime,
    tables: [],
    migrations: [],
    poolSize: 1,
    applicationName: `tributary ${command}`,
    log,
  });
  opened.add(`database of ${name}`, () => db.destroy());
  return { subgraph: name, db, description, log };
}
