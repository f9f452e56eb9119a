// A database connection outside of the pool that a process keeps for as long as it runs: for a lock or for notices. It runs one
// statement at a time, finds out within seconds when its server no longer answers, and leaves nothing open behind, however it ends.
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { rejectOnAbort, startTimeout } from '../calls/deadline.ts';
import { type ConnectOptions, connect } from './connect.ts';

export interface DedicatedConnection {
  /** Runs a statement after those that were given before, and returns its rows. A declared statement takes it as its `db`. */
  query: <Result>(text: string, values?: readonly unknown[]) => Promise<Result>;
  /** Rejects when the server does not answer in time, or no longer takes writes. */
  probe: () => Promise<void>;
  /** The process of the server that serves this connection. */
  processId: number;
  onNotification: (listener: (notification: pg.Notification) => void) => void;
  /** Aborts when the connection has ended, with the cause as its reason. */
  lost: AbortSignal;
  /** Resolves within a second, also when the server does not answer. */
  close: () => Promise<void>;
}

export interface DedicatedConnectionOptions extends Omit<ConnectOptions, 'connectTimeoutMs'> {
  /** How long the connection may take to open, and the server to answer a statement. Then it ends. In milliseconds. */
  timeoutMs: number;
}

/** How long the server may take to close a connection before this side drops it, in milliseconds. */
const maxCloseMs = 500;

/**
 * The server notices within a quarter of a minute that the machine of its client has vanished, and ends the session with its locks.
 * By default that takes two hours. PostgreSQL ignores the settings where the connection is no TCP connection.
 */
const watchClient =
  'SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 3; SET tcp_keepalives_count = 3';

/** Connects. When a part of it fails, the connection is closed. */
export async function openDedicatedConnection({
  timeoutMs,
  ...options
}: DedicatedConnectionOptions): Promise<DedicatedConnection> {
  const client = await connect({
    ...options,
    connectTimeoutMs: timeoutMs,
    responseTimeoutMs: timeoutMs,
  });
  const losing = new AbortController();
  client.on('error', (cause) => losing.abort(cause));
  client.once('end', () => losing.abort(new Error('the database connection has ended')));
  const close = () => client.endWithin(maxCloseMs);
  let previous: Promise<unknown> = Promise.resolve();
  const runNext = <Result>(run: () => Promise<Result>): Promise<Result> => {
    const result = previous.then(run);
    previous = result.catch(() => {});
    return result;
  };
  const query = <Result>(text: string, values?: readonly unknown[]) =>
    runNext(async () => (await client.query(text, values)).rows as Result);
  await query(watchClient).catch(async (cause: unknown) => {
    await close();
    throw cause;
  });
  return {
    query,
    probe: async () => {
      const timeout = startTimeout(timeoutMs, losing.signal);
      await rejectOnAbort(
        runNext(() => client.probe()),
        timeout.signal,
      ).finally(timeout.clear);
    },
    processId: client.serverProcessId,
    onNotification: (listener) => void client.on('notification', listener),
    lost: losing.signal,
    close,
  };
}

/**
 * Probes the connection at regular intervals. Resolves with the cause when it is of no more use, so that the caller closes it, and
 * with undefined when the signal aborts. `onAlive` gets the moment at which an answered probe was sent, on the clock of
 * performance.now(): the connection was there at that moment.
 */
export async function probeUntilLost(
  { probe, lost }: DedicatedConnection,
  options: { intervalMs: number; signal: AbortSignal; onAlive?: (sentAt: number) => void },
): Promise<unknown> {
  const { signal, intervalMs, onAlive } = options;
  const ending = AbortSignal.any([lost, signal]);
  for (;;) {
    await sleep(intervalMs, undefined, { signal: ending }).catch(() => {});
    const sentAt = performance.now();
    try {
      // A caller that stops does not wait for an answer that may never come.
      await rejectOnAbort(ending.aborted ? Promise.reject(ending.reason) : probe(), ending);
      onAlive?.(sentAt);
    } catch (cause) {
      return signal.aborted ? undefined : cause;
    }
  }
}

export interface KeptConnectionOptions extends DedicatedConnectionOptions {
  /** Time before a lost connection is opened again, in milliseconds. */
  pauseMs: number;
  /**
   * Uses a connection, until the signal aborts. Rejects with why the connection is of no more use. Calls `onUsable` when all that it needs of the
   * connection is done.
   */
  use: (connection: DedicatedConnection, signal: AbortSignal, onUsable: () => void) => Promise<void>;
  /** Gets why a connection did not open or was lost. Of failures in a row it gets the first: a server may be away for long. */
  onLost: (cause: unknown) => void;
}

/** Opens a connection, and another one whenever it is lost. The returned function ends the use, and closes the connection. */
export function keepConnection({
  pauseMs,
  use,
  onLost,
  ...options
}: KeptConnectionOptions): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  let isLossReported = false;
  const onUsable = () => {
    isLossReported = false;
  };
  const useOnce = async () => {
    const connection = await openDedicatedConnection(options);
    try {
      await use(connection, signal, onUsable);
    } finally {
      await connection.close();
    }
  };
  const useUntilStopped = async () => {
    while (!signal.aborted) {
      await useOnce().catch((cause: unknown) => {
        if (signal.aborted || isLossReported) return;
        isLossReported = true;
        onLost(cause);
      });
      await sleep(pauseMs, undefined, { signal }).catch(() => {});
    }
  };
  const stopped = useUntilStopped();
  return () => {
    stopping.abort();
    return stopped;
  };
}
