// Passes the word of changes (change-hub.ts) between the instances of a subgraph: a NOTIFY without payload, after the commit
// and outside of it, many changes as one; heard on a connection of its own. While that connection is away nothing is heard,
// and nobody here claims otherwise. An instance that dies between its commit and its notice tells nobody: what the others'
// gateways keep is then as old as its maxAge allows.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { endingIn, untilAborted } from '../calls/deadline.ts';
import type { Log } from '../process/log.ts';
import type { ChangeHub } from './change-hub.ts';

export interface ChangeNotices {
  /** Tells everybody, here at once. */
  changed: () => void;
  close: () => Promise<void>;
}

/** Shortest time between two notices of an instance: a sale in full swing says little more than "again". In milliseconds. */
const pauseMs = 50;

/** How often the connection is asked whether it is still there, how long it may take to answer, and to be made anew. */
const heartbeatMs = 1_000;
const patienceMs = 1_000;
const reconnectMs = 100;

/** Opens at once and connects in the background: until it hears, the hub says that it does not. */
export function openChangeNotices(options: {
  subgraph: string;
  databaseUrl: string;
  hub: ChangeHub;
  log: Log;
}): ChangeNotices {
  const { hub } = options;
  // No more than a name of ours: it cannot be a parameter.
  const channel = `${options.subgraph}_changed`;
  const stopping = new AbortController();
  const { signal } = stopping;
  let client: pg.Client | undefined;
  let isDue = false;
  let pause: NodeJS.Timeout | undefined;

  const notify = () => {
    if (pause !== undefined || client === undefined || !isDue) return;
    isDue = false;
    // Lost with its connection, it is sent over the next one.
    client.query(`NOTIFY ${channel}`).catch(() => {
      isDue = true;
    });
    pause = setTimeout(() => {
      pause = undefined;
      notify();
    }, pauseMs).unref();
  };
  const hear = async () => {
    const heard = await connected(options.databaseUrl, options.subgraph, signal);
    try {
      const own = (heard as unknown as { processID: number }).processID;
      heard.on('notification', ({ processId }) => {
        if (processId !== own) hub.tell();
      });
      await heard.query(`LISTEN ${channel}`);
      client = heard;
      hub.setHeard(true);
      notify();
      await whileAlive(heard, signal);
    } finally {
      client = undefined;
      hub.setHeard(false);
      await heard.end().catch(() => {});
    }
  };
  const loop = async () => {
    while (!signal.aborted) {
      await hear().catch((cause: unknown) => {
        if (!signal.aborted) options.log.warn({ err: cause }, 'changes made elsewhere are not heard');
      });
      await sleep(reconnectMs, undefined, { signal }).catch(() => {});
    }
  };
  const ended = loop();
  return {
    changed: () => {
      hub.tell();
      isDue = true;
      notify();
    },
    close: async () => {
      clearTimeout(pause);
      stopping.abort();
      await ended;
    },
  };
}

async function connected(url: string, subgraph: string, signal: AbortSignal): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: `tributary ${subgraph} changes`,
    connectionTimeoutMillis: patienceMs,
    keepAlive: true,
  });
  // What breaks shows in the next heartbeat; without a listener it would end the process.
  client.on('error', () => {});
  await client.connect();
  if (!signal.aborted) return client;
  await client.end();
  throw signal.reason;
}

/** Rejects when the connection breaks or falls silent; resolves when it is no longer needed. */
async function whileAlive(client: pg.Client, signal: AbortSignal): Promise<void> {
  const { promise: broken, reject } = Promise.withResolvers<never>();
  client.once('end', () => reject(new Error('the connection for changes broke')));
  broken.catch(() => {});
  while (!signal.aborted) {
    await Promise.race([broken, sleep(heartbeatMs, undefined, { signal }).catch(() => {})]);
    if (signal.aborted) return;
    const patience = endingIn(patienceMs);
    await untilAborted(client.query('SELECT'), patience.signal).finally(patience.clear);
  }
}
