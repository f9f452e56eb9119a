// Opens the database of a subgraph through TypeORM, without schema synchronisation and without extensions. It counts all statements.
import type pg from 'pg';
import { DataSource, type EntitySchema, type Logger, type MigrationInterface } from 'typeorm';
import type { Log } from '../process/log.ts';
import { Client } from './client.ts';
import { connect, defaultConnectTimeoutMs, keepAlive } from './connect.ts';
import { watchPool } from './leave-pool.ts';
import { refuseTransactionPooler } from './pooler.ts';
import { type LoginWatch, watchLogin } from './refused-login.ts';
import { type Work, type Writability, writabilitySql } from './session.ts';
import { refuseReadOnly } from './unreachable.ts';

/** SQLSTATE read_only_sql_transaction: the server of this connection takes no more writes. */
const readOnlyCode = '25006';

export interface OpenedDataSource {
  db: DataSource;
  /** Rejects when the database does not answer, or takes no writes. */
  probe: () => Promise<void>;
  /** Says that the server refuses the login. It asks again with each probe. */
  loginProblem: () => string | undefined;
  /** Number of SQL statements sent so far, with those that control transactions. */
  statements: () => number;
}

export interface DataSourceOptions {
  /** Name of the subgraph and of the schema of its tables. */
  subgraph: string;
  url: string;
  /** Which limits the sessions have: see session.ts. `queries` by default. */
  work?: Work;
  // biome-ignore lint/suspicious/noExplicitAny: tables of different rows stand in one list
  tables: readonly EntitySchema<any>[];
  migrations: readonly (new () => MigrationInterface)[];
  poolSize: number;
  /** Sessions that stay open without work. 0 by default: a pool closes them after ten seconds. */
  minPoolSize?: number;
  /** What pg_stat_activity shows. */
  applicationName?: string;
  /** See client.ts. No limit by default. */
  responseTimeoutMs?: number;
  log: Log;
  /** The trace of the operation that sends a statement, for the log of each statement. */
  currentTrace?: () => string | undefined;
}

/**
 * Connects. Throws DatabaseUnreachable when no server answers, when it takes no writes, when the role is refused, or when a pooler shares
 * sessions between transactions.
 */
export async function openDataSource(options: DataSourceOptions): Promise<OpenedDataSource> {
  let leave = (_cause: Error) => {};
  const leaveReadOnly = (cause: Error) => {
    options.log.warn({ err: cause }, 'the database takes no writes: its connections are left');
    leave(cause);
  };
  const logger = new StatementLogger(options.log, options.currentTrace ?? (() => undefined), leaveReadOnly);
  let login: LoginWatch | undefined;
  const onOpen = (cause: unknown) => login?.record(cause);
  let pool: pg.Pool | undefined;
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
    applicationName: options.applicationName ?? `tributary ${options.subgraph}`,
    connectTimeoutMS: defaultConnectTimeoutMs,
    extra: {
      Client,
      session: { subgraph: options.subgraph, work: options.work ?? 'queries' },
      responseTimeoutMs: options.responseTimeoutMs ?? 0,
      onOpen,
      min: options.minPoolSize ?? 0,
      ...keepAlive,
    },
    logger,
    // The pool ends, and TypeORM forgets it, before its connections are closed: a server that stops just then is no loss.
    poolErrorHandler: (cause) => {
      if (pool !== undefined && !pool.ending)
        options.log.warn({ err: cause }, 'a pooled database connection is lost');
    },
  });
  await db.initialize();
  pool = getPool(db);
  leave = watchPool(pool);
  try {
    await refuseSharedSessions(db, options);
  } catch (cause) {
    await db.destroy();
    throw cause;
  }
  // The start says itself what it meets.
  login = watchLogin(options.subgraph, options.log);
  const loginProblem = login.problem;
  return {
    db,
    probe: async () => {
      if (loginProblem() !== undefined) await tryLogin(options, onOpen);
      await probe(db, leaveReadOnly);
    },
    loginProblem,
    statements: () => logger.count,
  };
}

/** An idle pool opens no connection by itself, and would not find out that its login is accepted again. */
async function tryLogin({ subgraph, url, work }: DataSourceOptions, onOpen: (cause: unknown) => void) {
  const applicationName = `tributary ${subgraph} login test`;
  const client = await connect({ subgraph, url, applicationName, work, onOpen }).catch(() => undefined);
  await client?.end();
}

function getPool(db: DataSource): pg.Pool {
  return (db.driver as unknown as { master: pg.Pool }).master;
}

async function probe(db: DataSource, leaveReadOnly: (cause: Error) => void): Promise<void> {
  const rows: Writability[] = await db.query(writabilitySql);
  try {
    refuseReadOnly(rows);
  } catch (cause) {
    leaveReadOnly(cause as Error);
    throw cause;
  }
}

async function refuseSharedSessions(
  db: DataSource,
  { subgraph, url, work }: DataSourceOptions,
): Promise<void> {
  const applicationName = `tributary ${subgraph} pooler test`;
  const runner = db.createQueryRunner();
  try {
    const client: Client = await runner.connect();
    await refuseTransactionPooler(client, () => connect({ subgraph, url, applicationName, work }));
  } finally {
    await runner.release();
  }
}

class StatementLogger implements Logger {
  count = 0;
  readonly #log: Log;
  readonly #currentTrace: () => string | undefined;
  readonly #leaveReadOnly: (cause: Error) => void;
  constructor(log: Log, currentTrace: () => string | undefined, leaveReadOnly: (cause: Error) => void) {
    this.#log = log;
    this.#currentTrace = currentTrace;
    this.#leaveReadOnly = leaveReadOnly;
  }
  logQuery(query: string): void {
    this.count += 1;
    if (this.#log.isLevelEnabled('trace'))
      this.#log.trace({ query, traceId: this.#currentTrace() }, 'statement');
  }
  // The log contains no parameters, because they hold input of clients.
  logQueryError(error: string | Error, query: string): void {
    this.#log.debug({ err: error, query, traceId: this.#currentTrace() }, 'a statement failed');
    if (error instanceof Error && 'code' in error && error.code === readOnlyCode) this.#leaveReadOnly(error);
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
