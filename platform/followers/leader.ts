// Decides which instance of a subgraph runs its followers: the one that holds an advisory lock, on a connection of its own. PostgreSQL drops the
// lock when the connection ends, however the process died, and another instance takes over. The lock saves work and is not what makes each
// event have one effect: two instances that both believe to hold it move the cursor by compare-and-swap, and one of them fails.
import { setTimeout as sleep } from 'node:timers/promises';
import { boolean, integer, text } from '../database/column.ts';
import {
  type DedicatedConnection,
  keepConnection,
  probeUntilLost,
} from '../database/dedicated-connection.ts';
import { oneRowStatement } from '../database/statement.ts';
import type { Log } from '../process/log.ts';

/** The first half of the lock's key: ASCII "foll". It keeps the lock apart from other locks in a shared database. */
const lockClass = 0x666f6c6c;

/** Time between two attempts to get the lock, and before a lost connection is opened again, in milliseconds. */
const pauseMs = 300;
/** Time between two checks of the connection, and the longest time that one may take, in milliseconds. */
const checkMs = 1_000;
const timeoutMs = 4_000;

const tryLockStatement = oneRowStatement({
  text: 'SELECT pg_try_advisory_lock($1, hashtext($2)) AS is_taken',
  params: [integer(), text()],
  row: { is_taken: boolean() },
});

export interface LeaderOptions {
  subgraph: string;
  databaseUrl: string;
  log: Log;
  /** Runs while this instance has the lock. Its signal aborts when the lock may be lost. */
  lead: (signal: AbortSignal) => Promise<void>;
}

/** The returned function ends the work and gives the lock back. */
export function startLeader({ subgraph, databaseUrl, log, lead }: LeaderOptions): () => Promise<void> {
  return keepConnection({
    subgraph,
    url: databaseUrl,
    applicationName: `tributary ${subgraph} followers`,
    timeoutMs,
    pauseMs,
    use: async (connection, stopping, onUsable) => {
      onUsable();
      if (await waitForLock(connection, subgraph, stopping)) await leadUntilLost(connection, lead, stopping);
    },
    onLost: (cause) =>
      log.warn({ err: cause }, 'the connection of the followers is lost; it is opened again'),
  });
}

/** Resolves with false when the signal aborts before. */
async function waitForLock(
  { query }: DedicatedConnection,
  subgraph: string,
  stopping: AbortSignal,
): Promise<boolean> {
  while (!stopping.aborted) {
    const [{ is_taken }] = await tryLockStatement.run({ query }, [lockClass, subgraph]);
    if (is_taken) return true;
    await sleep(pauseMs, undefined, { signal: stopping }).catch(() => {});
  }
  return false;
}

async function leadUntilLost(
  connection: DedicatedConnection,
  lead: LeaderOptions['lead'],
  stopping: AbortSignal,
): Promise<void> {
  const ending = new AbortController();
  const leading = lead(AbortSignal.any([stopping, ending.signal]));
  const cause = await probeUntilLost(connection, { intervalMs: checkMs, signal: stopping });
  ending.abort();
  await leading;
  if (cause !== undefined) throw cause;
}
