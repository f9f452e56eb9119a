// Decides which instance of a subgraph runs its followers: the one that holds an advisory lock, on a connection of its own. PostgreSQL drops the
// lock when the connection ends, however the process died, and another instance takes over. The lock saves work and is not what makes each
// event have one effect: two instances that both believe to hold it move the cursor by compare-and-swap, and one of them fails.
import { setTimeout as sleep } from 'node:timers/promises';
import { boolean, integer, text } from '../database/column.ts';
import { openDedicatedConnection, probeUntilLost } from '../database/dedicated-connection.ts';
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
export function startLeader(options: LeaderOptions): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  // A server that is away is logged once, and not with each attempt to reach it.
  let isLogged = false;
  const onConnected = () => {
    isLogged = false;
  };
  const run = async () => {
    while (!signal.aborted) {
      await leadOnce(options, signal, onConnected).catch((cause: unknown) => {
        if (signal.aborted || isLogged) return;
        isLogged = true;
        options.log.warn({ err: cause }, 'the connection of the followers is lost; it is opened again');
      });
      await sleep(pauseMs, undefined, { signal }).catch(() => {});
    }
  };
  const ended = run();
  return () => {
    stopping.abort();
    return ended;
  };
}

async function leadOnce(
  { subgraph, databaseUrl, lead }: LeaderOptions,
  stopping: AbortSignal,
  onConnected: () => void,
): Promise<void> {
  const connection = await openDedicatedConnection({
    subgraph,
    url: databaseUrl,
    applicationName: `tributary ${subgraph} followers`,
    timeoutMs,
  });
  onConnected();
  const ending = new AbortController();
  const signal = AbortSignal.any([stopping, ending.signal]);
  try {
    for (;;) {
      const [{ is_taken }] = await tryLockStatement.run({ query: connection.query }, [lockClass, subgraph]);
      if (is_taken) break;
      await sleep(pauseMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
    }
    const leading = lead(signal);
    const cause = await probeUntilLost(connection, { intervalMs: checkMs, signal: stopping });
    ending.abort();
    await leading;
    if (cause !== undefined) throw cause;
  } finally {
    ending.abort();
    await connection.close();
  }
}
