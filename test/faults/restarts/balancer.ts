// What a load balancer does: it asks each instance every half a second whether it is ready, and sends requests to those that are, one
// after the other. It repeats no request, so that each failure counts.
import { type ClientHttp2Session, connect } from 'node:http2';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Answer {
  status: number;
  body: string;
}

export type Version = 'HTTP/1.1' | 'HTTP/2';

export interface Balancer {
  /** Sends one POST. Rejects when there is no response. */
  send: (
    path: string,
    body: string,
    headers: Readonly<Record<string, string>>,
    version?: Version,
  ) => Promise<Answer>;
  stop: () => Promise<void>;
}

const intervalMs = 500;

export function openBalancer(origins: readonly string[]): Balancer {
  const ready = new Set(origins);
  const ending = new AbortController();
  const watch = async (origin: string) => {
    while (!ending.signal.aborted) {
      const timeout = AbortSignal.timeout(2_000);
      const response = await fetch(`${origin}/health/ready`, { signal: timeout }).catch(() => null);
      await response?.arrayBuffer().catch(() => {});
      if (response?.status === 200) ready.add(origin);
      else ready.delete(origin);
      await sleep(intervalMs, undefined, { signal: ending.signal }).catch(() => {});
    }
  };
  const watching = origins.map(watch);
  const sessions = new Map<string, ClientHttp2Session>();
  let turn = 0;
  return {
    send: async (path, body, headers, version = 'HTTP/1.1') => {
      const targets = [...ready];
      const target = targets[turn++ % targets.length];
      if (target === undefined) throw new Error('no instance is ready');
      if (version === 'HTTP/2') return sendOverHttp2(openSession(sessions, target), path, body, headers);
      const response = await fetch(target + path, { method: 'POST', headers, body });
      return { status: response.status, body: await response.text() };
    },
    stop: async () => {
      ending.abort();
      for (const session of sessions.values()) session.destroy();
      await Promise.all(watching);
    },
  };
}

/** One session for all requests to an instance, until the instance ends it. */
function openSession(sessions: Map<string, ClientHttp2Session>, origin: string): ClientHttp2Session {
  const open = sessions.get(origin);
  if (open !== undefined && !open.closed && !open.destroyed) return open;
  const session = connect(origin);
  // The requests on it fail, and each counts.
  session.on('error', () => {});
  sessions.set(origin, session);
  return session;
}

async function sendOverHttp2(
  session: ClientHttp2Session,
  path: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const stream = session.request({ ':method': 'POST', ':path': path, ...headers });
  const { promise, resolve } = Promise.withResolvers<number>();
  stream.once('response', (head) => resolve(Number(head[':status'])));
  stream.end(body);
  const received = await text(stream);
  return { status: await promise, body: received };
}
