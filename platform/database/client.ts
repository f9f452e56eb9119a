// The pg client of every connection: of the pools, and of the single ones that connect.ts opens. It adds five things to pg:
// - It sets what the session needs (session.ts) with its first statement, and refuses a server that takes no writes.
// - A statement with parameters is prepared under a name, once for each connection, because parsing and planning a write costs more
//   than running it. The number of names is limited.
// - PostgreSQL refuses a prepared statement with 0A000, before it does anything, when the columns of its result have changed (a newer
//   instance has migrated). The client prepares the statement again; otherwise it would fail until the connection ends.
// - A query without a response for `responseTimeoutMs` ends with its connection. While the server works, the statement_timeout of
//   the runtime role comes first. This timeout is for a server that has vanished.
// - V8 parses timestamps. It understands the ISO format of PostgreSQL at a third of the cost, and half the columns of a page are
//   timestamps.
import { createHash } from 'node:crypto';
import pg from 'pg';
import {
  buildSessionSql,
  type Session,
  type SessionState,
  type Writability,
  writabilitySql,
} from './session.ts';
import { DatabaseUnreachable, refuseReadOnly } from './unreachable.ts';

export interface ClientConfig extends pg.ClientConfig {
  session: Session;
  /** Time after which a query without a response ends its connection, in milliseconds. 0 means no limit, which migrations need. */
  responseTimeoutMs?: number;
  /** Gets why the connection did not open, and undefined when it did. */
  onOpen?: ((cause: unknown) => void) | undefined;
}

/** Maximum number of prepared statements. Statements are constants of the code; further texts are planned in each call. */
const maxNames = 1_000;
const names = new Map<string, string>();

export class Client extends pg.Client {
  readonly #session: Session;
  /** Why the connection broke. pg rejects the queries after it with an error that does not say why. */
  #loss: unknown;
  #serverProcessId = 0;
  readonly #connectTimeoutMs: number;
  readonly #responseTimeoutMs: number;
  readonly #onOpen: (cause: unknown) => void;
  /** Part of each name. It grows when a prepared statement has become invalid, so that all statements are prepared again. */
  #generation = 0;

  constructor(config: ClientConfig) {
    super(config);
    this.#session = config.session;
    this.#connectTimeoutMs = config.connectionTimeoutMillis ?? 0;
    this.#responseTimeoutMs = config.responseTimeoutMs ?? 0;
    this.#onOpen = config.onOpen ?? (() => {});
    this.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => new Date(text));
    // A broken connection rejects its queries. An error event without a listener would end the process.
    this.on('error', (cause) => {
      this.#loss ??= cause;
    });
  }

  /** Throws DatabaseUnreachable. Then nothing of the connection is left open. */
  // biome-ignore lint/suspicious/noExplicitAny: pg has two overloads, and its pool calls the one with a callback
  override connect(callback?: any): any {
    const opened = this.#open();
    if (callback === undefined) return opened;
    opened.then(() => callback(null, this), callback);
  }

  async #open(): Promise<this> {
    let timer: NodeJS.Timeout | undefined;
    try {
      await super.connect();
      // pg's own timeout ends when the server has accepted the role.
      if (this.#connectTimeoutMs > 0)
        timer = setTimeout(
          () => this.connection.stream.destroy(new Error('timeout expired')),
          this.#connectTimeoutMs,
        );
      const { rows } = await super.query<SessionState>(buildSessionSql(this.#session));
      this.#serverProcessId = rows[0]?.processId ?? 0;
      this.#onOpen(undefined);
      refuseReadOnly(rows);
      return this;
    } catch (cause) {
      this.#onOpen(cause);
      void this.end().catch(() => {});
      throw this.toUnreachable(this.#loss ?? cause);
    } finally {
      clearTimeout(timer);
    }
  }

  /** An error that names this database. */
  toUnreachable(cause: unknown): DatabaseUnreachable {
    const { host, port, database, user: role } = this;
    return new DatabaseUnreachable({ ...this.#session, host, port, database, role }, cause);
  }

  /** The process of the server that serves this connection. Notices name it as their sender. */
  get serverProcessId(): number {
    return this.#serverProcessId;
  }

  /** True when a pooler stands between this client and the server. See pooler.ts. */
  get isPooled(): boolean {
    return (this as unknown as { processID: number | null }).processID !== this.#serverProcessId;
  }

  /** Rejects when the connection is broken, or when its server no longer takes writes. */
  async probe(): Promise<void> {
    const { rows } = await super.query<Writability>(writabilitySql);
    refuseReadOnly(rows);
  }

  // biome-ignore lint/suspicious/noExplicitAny: pg has nine overloads; all calls but one kind pass through unchanged
  override query(...input: any[]): any {
    const [text, values, callback] = input;
    const isTextQuery = typeof text === 'string' && (values === undefined || Array.isArray(values));
    if (!isTextQuery || callback !== undefined) return Reflect.apply(super.query, this, input);
    return this.#withTimeout(values === undefined ? super.query(text) : this.#queryPrepared(text, values));
  }

  /** Ends the connection. Drops it when the server has not closed it in time: a frozen server never does. */
  async endWithin(maxMs: number): Promise<void> {
    const timer = setTimeout(() => this.connection.stream.destroy(), maxMs);
    try {
      await this.end();
    } finally {
      clearTimeout(timer);
    }
  }

  async #queryPrepared(text: string, values: unknown[]): Promise<pg.QueryResult> {
    const name = values.length === 0 ? undefined : getStatementName(text);
    if (name === undefined) return super.query(text, values);
    try {
      return await super.query({ name: `${name}.${this.#generation}`, text, values });
    } catch (cause) {
      if (!isStalePlan(cause)) throw cause;
      this.#generation += 1;
      return super.query({ name: `${name}.${this.#generation}`, text, values });
    }
  }

  async #withTimeout(result: Promise<pg.QueryResult>): Promise<pg.QueryResult> {
    if (this.#responseTimeoutMs === 0) return result;
    let isTimedOut = false;
    const timer = setTimeout(() => {
      isTimedOut = true;
      // While a query runs, this destroys the socket. The query rejects, and the pool drops the connection.
      this.end().catch(() => {});
    }, this.#responseTimeoutMs);
    try {
      return await result;
    } catch (cause) {
      if (!isTimedOut) throw cause;
      throw new Error(`PostgreSQL has not answered for ${this.#responseTimeoutMs} ms`, { cause });
    } finally {
      clearTimeout(timer);
    }
  }
}

/**
 * The name is made from the text. Two processes that counted their statements would give one name to two texts, and a session that they
 * share (a pooler) would run the statement of the other process: its empty answer once called valid tokens unknown.
 */
function getStatementName(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= maxNames) return known;
  const name = `tributary_${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`;
  names.set(text, name);
  return name;
}

/** PostgreSQL raises this error before execution, when it checks a cached plan. The code alone also means an unsupported feature. */
function isStalePlan(cause: unknown): boolean {
  const { code, routine } = cause as { code?: string; routine?: string };
  return code === '0A000' && routine === 'RevalidateCachedQuery';
}
