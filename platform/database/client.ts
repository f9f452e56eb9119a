// The pg client of every pool. Beyond pg's own it does four things:
// - Statements with parameters are prepared under a name, once a connection: parsing and planning our writes costs more than
//   running them. Names stay bounded, whatever is asked.
// - A prepared statement whose result gained a column (a newer instance has migrated: expand, then contract) is refused by
//   PostgreSQL before it does anything, with 0A000. It is prepared anew instead of failing until the connection ends.
// - A server that has not said a word for `silenceMs` is given up and the connection with it. The runtime role's own
//   statement_timeout comes first wherever the server is alive; this is for the one that is not.
// - Timestamps are read by V8, which understands PostgreSQL's ISO form, at a third of the cost: half the columns of a page are.
import pg from 'pg';

export interface ClientConfig extends pg.ClientConfig {
  /** Milliseconds until a query without an answer ends its connection; 0 waits for ever, as migrations must. */
  silenceMs?: number;
}

/** Statements are constants of our code; whoever builds texts beyond this many gets them planned each time. */
const maximumNames = 1_000;
const names = new Map<string, string>();

export class Client extends pg.Client {
  readonly #silenceMs: number;
  /** Part of each name: raised when names prepared so far have gone stale. */
  #generation = 0;

  constructor(config: ClientConfig = {}) {
    super(config);
    this.#silenceMs = config.silenceMs ?? 0;
    this.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => new Date(text));
  }

  // biome-ignore lint/suspicious/noExplicitAny: pg's own nine overloads; all but one kind of call pass through as they are
  override query(...input: any[]): any {
    const [text, values, callback] = input;
    const isPlain = typeof text === 'string' && (values === undefined || Array.isArray(values));
    if (!isPlain || callback !== undefined) return Reflect.apply(super.query, this, input);
    return this.#limited(values === undefined ? super.query(text) : this.#prepared(text, values));
  }

  async #prepared(text: string, values: unknown[]): Promise<pg.QueryResult> {
    const name = values.length === 0 ? undefined : nameOf(text);
    if (name === undefined) return super.query(text, values);
    try {
      return await super.query({ name: `${name}.${this.#generation}`, text, values });
    } catch (cause) {
      if (!isStale(cause)) throw cause;
      this.#generation += 1;
      return super.query({ name: `${name}.${this.#generation}`, text, values });
    }
  }

  async #limited(answer: Promise<pg.QueryResult>): Promise<pg.QueryResult> {
    if (this.#silenceMs === 0) return answer;
    let isSilent = false;
    const timer = setTimeout(() => {
      isSilent = true;
      // With a query under way this destroys the socket, which rejects the query; the pool drops the connection.
      this.end().catch(() => {});
    }, this.#silenceMs);
    try {
      return await answer;
    } catch (cause) {
      if (!isSilent) throw cause;
      throw new Error(`PostgreSQL has not answered for ${this.#silenceMs} ms`, { cause });
    } finally {
      clearTimeout(timer);
    }
  }
}

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= maximumNames) return known;
  const name = `tributary_${names.size}`;
  names.set(text, name);
  return name;
}

/** Raised while a cached plan is checked, before execution; the code alone also stands for features that are missing. */
function isStale(cause: unknown): boolean {
  const { code, routine } = cause as { code?: string; routine?: string };
  return code === '0A000' && routine === 'RevalidateCachedQuery';
}
