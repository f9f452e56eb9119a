// Opens the database of a subgraph through TypeORM, without schema synchronisation and without extensions. It counts all statements.
import { DataSource, type EntitySchema, type Logger, type MigrationInterface } from 'typeorm';
import type { Log } from '../process/log.ts';
import { Client } from './client.ts';

export interface OpenedDataSource {
  db: DataSource;
  /** Number of SQL statements sent so far, with those that control transactions. */
  statements: () => number;
}

export interface DataSourceOptions {
  /** Name of the subgraph and of the schema of its tables. */
  subgraph: string;
  url: string;
  // biome-ignore lint/suspicious/noExplicitAny: tables of different rows stand in one list
  tables: readonly EntitySchema<any>[];
  migrations: readonly (new () => MigrationInterface)[];
  poolSize: number;
  /** See client.ts. No limit by default. */
  responseTimeoutMs?: number;
  log: Log;
}

/** Connects. Throws DatabaseUnreachable when no server answers or the role is refused. The message contains no password. */
export async function openDataSource(options: DataSourceOptions): Promise<OpenedDataSource> {
  const logger = new StatementLogger(options.log);
  const db = new DataSource({
    type: 'postgres',
    url: options.url,
    schema: options.subgraph,
    entities: [...options.tables],
    migrations: [...options.migrations],
    migrationsTableName: 'migration',
    migrationsTransactionMode: 'each',
    synchronize: false,
    installExtensions: false,
    poolSize: options.poolSize,
    applicationName: `tributary ${options.subgraph}`,
    connectTimeoutMS: 5_000,
    // Keep-alive is for idle connections: with it the kernel notices that their server has vanished.
    extra: {
      Client,
      responseTimeoutMs: options.responseTimeoutMs ?? 0,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    },
    logger,
    poolErrorHandler: (cause) => options.log.warn({ err: cause }, 'a pooled database connection is lost'),
  });
  try {
    await db.initialize();
  } catch (cause) {
    throw new DatabaseUnreachable(options.subgraph, options.url, cause);
  }
  return { db, statements: () => logger.count };
}

export class DatabaseUnreachable extends Error {
  override name = 'DatabaseUnreachable';
  constructor(subgraph: string, url: string, cause: unknown) {
    const { host, pathname, username } = new URL(url);
    const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
    super(`The database of ${subgraph} (${host}${pathname}, role ${username}) cannot be opened: ${reason}`, {
      cause,
    });
  }
}

class StatementLogger implements Logger {
  count = 0;
  readonly #log: Log;
  constructor(log: Log) {
    this.#log = log;
  }
  logQuery(query: string): void {
    this.count += 1;
    this.#log.trace({ query }, 'statement');
  }
  // The log contains no parameters, because they hold input of clients.
  logQueryError(error: string | Error, query: string): void {
    this.#log.debug({ err: error, query }, 'a statement failed');
  }
  logQuerySlow(time: number, query: string): void {
    this.#log.warn({ time, query }, 'a statement was slow');
  }
  logSchemaBuild(): void {}
  logMigration(message: string): void {
    this.#log.debug(message);
  }
  log(_level: 'log' | 'info' | 'warn', message: unknown): void {
    this.#log.debug({ message }, 'typeorm');
  }
}
