// Passes change notices (change-hub.ts) between the instances of a subgraph, as a PostgreSQL NOTIFY without payload. A notice
// is sent after the commit and outside of its transaction, and one notice may stand for many changes. A separate connection
// listens; while it is down, the hub says that notices may be missed. An instance that dies between a commit and its notice
// sends none: gateways of other instances then keep responses for as long as their maxAge allows.
import { setTimeout as sleep } from 'node:timers/promises';
import { rejectOnAbort, startTimeout } from '../calls/deadline.ts';
import type { Client } from '../database/client.ts';
import { connect } from '../database/connect.ts';
import type { Log } from '../process/log.ts';
import type { ChangeHub } from './change-hub.ts';

export interface PostgresNotices {
  /** Publishes a change: in this process at once, to other instances with the next notice. */
  publishChange: () => void;
  close: () => Promise<void>;
}

/** Shortest time between two notices of one instance, in milliseconds: frequent changes share a notice. */
const minIntervalMs = 50;

/** Time between two checks of the connection, in milliseconds. */
const heartbeatMs = 1_000;
/** How long a check or a new connection may take, in milliseconds. */
const timeoutMs = 1_000;
/** Time before a lost connection is opened again, in milliseconds. */
const reconnectMs = 100;

/** Returns at once and connects in the background. The hub says that notices may be missed until the connection listens. */
export function openPostgresNotices(options: {
  subgraph: string;
  databaseUrl: string;
  hub: ChangeHub;
  log: Log;
}): PostgresNotices {
  const { hub } = options;
  // LISTEN and NOTIFY take no parameters. The name of a subgraph is checked in supergraph.yaml, so it is safe in the text.
  const channel = `${options.subgraph}_changed`;
  const sender = createNoticeSender(channel);
  const stopping = new AbortController();
  const { signal } = stopping;

  const listen = async () => {
    const connection = await openConnection(options.databaseUrl, options.subgraph, signal);
    try {
      const ownProcessId = (connection as unknown as { processID: number }).processID;
      connection.on('notification', ({ processId }) => {
        if (processId !== ownProcessId) hub.publish();
      });
      await connection.query(`LISTEN ${channel}`);
      hub.setReceiving(true);
      sender.setConnection(connection);
      await checkConnection(connection, signal);
    } finally {
      sender.setConnection(undefined);
      hub.setReceiving(false);
      await connection.end().catch(() => {});
    }
  };
  const listenUntilStopped = async () => {
    while (!signal.aborted) {
      await listen().catch((cause: unknown) => {
        if (!signal.aborted)
          options.log.warn({ err: cause }, 'change notices of other instances do not arrive');
      });
      await sleep(reconnectMs, undefined, { signal }).catch(() => {});
    }
  };
  const stopped = listenUntilStopped();
  return {
    publishChange: () => {
      hub.publish();
      sender.requestNotice();
    },
    close: async () => {
      sender.stop();
      stopping.abort();
      await stopped;
    },
  };
}

interface NoticeSender {
  /** Sends a notice now, or as soon as there is a connection and the interval is over. */
  requestNotice: () => void;
  /** Undefined while there is no connection. */
  setConnection: (connection: Client | undefined) => void;
  stop: () => void;
}

function createNoticeSender(channel: string): NoticeSender {
  let client: Client | undefined;
  let isNoticeDue = false;
  let intervalTimer: NodeJS.Timeout | undefined;
  const sendDueNotice = () => {
    if (intervalTimer !== undefined || client === undefined || !isNoticeDue) return;
    isNoticeDue = false;
    // A notice that is lost with its connection is sent again over the next connection.
    client.query(`NOTIFY ${channel}`).catch(() => {
      isNoticeDue = true;
    });
    intervalTimer = setTimeout(() => {
      intervalTimer = undefined;
      sendDueNotice();
    }, minIntervalMs).unref();
  };
  return {
    requestNotice: () => {
      isNoticeDue = true;
      sendDueNotice();
    },
    setConnection: (connection) => {
      client = connection;
      sendDueNotice();
    },
    stop: () => clearTimeout(intervalTimer),
  };
}

async function openConnection(url: string, subgraph: string, signal: AbortSignal): Promise<Client> {
  const applicationName = `tributary ${subgraph} changes`;
  const client = await connect({ subgraph, url, applicationName, connectTimeoutMs: timeoutMs });
  if (!signal.aborted) return client;
  await client.end();
  throw signal.reason;
}

/** Rejects when the connection breaks, no longer answers or no longer takes writes. Resolves when the signal aborts. */
async function checkConnection(client: Client, signal: AbortSignal): Promise<void> {
  const { promise: disconnected, reject } = Promise.withResolvers<never>();
  client.once('end', () => reject(new Error('the connection for change notices is lost')));
  disconnected.catch(() => {});
  while (!signal.aborted) {
    await Promise.race([disconnected, sleep(heartbeatMs, undefined, { signal }).catch(() => {})]);
    if (signal.aborted) return;
    const ending = startTimeout(timeoutMs);
    await rejectOnAbort(client.probe(), ending.signal).finally(ending.clear);
  }
}
