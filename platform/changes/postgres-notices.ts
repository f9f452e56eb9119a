// Passes change notices (change-hub.ts) between the instances of a subgraph, as a PostgreSQL NOTIFY without payload. A notice
// is sent after the commit and outside of its transaction, and one notice may stand for many changes. A separate connection
// listens; while it is down, the hub says that notices may be missed. An instance that dies between a commit and its notice
// sends none: gateways of other instances then keep responses for as long as their maxAge allows.
import {
  type DedicatedConnection,
  keepConnection,
  probeUntilLost,
} from '../database/dedicated-connection.ts';
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
  const stopListening = keepConnection({
    subgraph: options.subgraph,
    url: options.databaseUrl,
    applicationName: `tributary ${options.subgraph} changes`,
    timeoutMs,
    pauseMs: reconnectMs,
    use: async (connection, signal, onUsable) => {
      try {
        connection.onNotification(({ processId }) => {
          if (processId !== connection.processId) hub.publish();
        });
        await connection.query(`LISTEN ${channel}`);
        hub.setReceiving(true);
        onUsable();
        sender.setConnection(connection);
        const cause = await probeUntilLost(connection, { intervalMs: heartbeatMs, signal });
        if (cause !== undefined) throw cause;
      } finally {
        sender.setConnection(undefined);
        hub.setReceiving(false);
      }
    },
    onLost: (cause) => options.log.warn({ err: cause }, 'change notices of other instances do not arrive'),
  });
  return {
    publishChange: () => {
      hub.publish();
      sender.requestNotice();
    },
    close: async () => {
      sender.stop();
      await stopListening();
    },
  };
}

interface NoticeSender {
  /** Sends a notice now, or as soon as there is a connection and the interval is over. */
  requestNotice: () => void;
  /** Undefined while there is no connection. */
  setConnection: (connection: DedicatedConnection | undefined) => void;
  stop: () => void;
}

function createNoticeSender(channel: string): NoticeSender {
  let client: DedicatedConnection | undefined;
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
