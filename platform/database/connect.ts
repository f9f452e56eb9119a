// Opens a connection outside of a pool: for a lock, for notices, for provisioning. Close it with `end`, also after a failure of its
// work. A connection that breaks rejects its queries and emits "end".
import { Client } from './client.ts';
import type { Work } from './session.ts';

export interface ConnectOptions {
  /** Names the schema of its tables, and the database in errors. */
  subgraph: string;
  url: string;
  /** What pg_stat_activity shows. */
  applicationName: string;
  /** Which limits the session has: see session.ts. `queries` by default. */
  work?: Work | undefined;
  connectTimeoutMs?: number;
  /** See client.ts. No limit by default. */
  responseTimeoutMs?: number;
  /** See client.ts. */
  onOpen?: ((cause: unknown) => void) | undefined;
}

/** Keep-alive is for idle connections: with it the kernel notices that their server has vanished. */
export const keepAlive = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 } as const;

/** Time in which a server accepts a connection, in milliseconds. */
export const defaultConnectTimeoutMs = 5_000;

/** Throws DatabaseUnreachable, which names the database. Then nothing is left open. */
export async function connect(options: ConnectOptions): Promise<Client> {
  const client = new Client({
    connectionString: options.url,
    application_name: options.applicationName,
    connectionTimeoutMillis: options.connectTimeoutMs ?? defaultConnectTimeoutMs,
    ...keepAlive,
    ...(options.responseTimeoutMs === undefined ? {} : { responseTimeoutMs: options.responseTimeoutMs }),
    onOpen: options.onOpen,
    session: { subgraph: options.subgraph, work: options.work ?? 'queries' },
  });
  return client.connect();
}
