// The door through which Restate calls us (HTTP/2, loopback only), and how Restate learns of it.

import { once } from 'node:events';
import { createServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { EnvironmentError } from '../../../platform/process/variables.ts';
import type { RequestListener } from './sdk.ts';

/** How long a closing door waits for steps that are under way, in milliseconds. Restate repeats what is cut off. */
const graceMs = 1_000;
/** How long Restate may take to look at us, in milliseconds. */
const registrationMs = 10_000;

export interface Door {
  /** Where it listens: the port it was given, or a free one for 0. */
  url: string;
  /** Who answers. Call it before anything else happens: a call that came in earlier would wait for ever. */
  answerWith: (listener: RequestListener) => void;
  close: () => Promise<void>;
}

/** Rejects when the port is taken: then the process must not start. */
export async function openDoor(port: number): Promise<Door> {
  const server = createServer();
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((cause: NodeJS.ErrnoException) => {
    const what = cause.code === 'EADDRINUSE' ? 'is taken by another program' : 'cannot be listened on';
    throw new EnvironmentError([`PURCHASES_RESTATE_LISTEN: port ${port} of 127.0.0.1 ${what}`]);
  });
  const { port: actual } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${actual}`,
    answerWith: (listener) => {
      server.on('request', listener);
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const session of sessions) session.close();
      await Promise.race([closed, sleep(graceMs, undefined, { ref: false })]);
      for (const session of sessions) session.destroy();
      await closed;
    },
  };
}

/** Tells Restate where we are. It looks at once what is served there; doing it again changes nothing. */
export async function register(adminUrl: string, ownUrl: string, signal: AbortSignal): Promise<void> {
  const response = await fetch(new URL('/deployments', adminUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    // Forced: an address of ours that was registered by an earlier version is ours all the same.
    body: JSON.stringify({ uri: ownUrl, force: true }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(registrationMs)]),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`Restate refused the registration with ${response.status}: ${text}`);
}
