// The server that receives the calls of Restate (HTTP/2, on the loopback interface only), and its registration with Restate.

import { once } from 'node:events';
import { createServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { EnvironmentError } from '../../../platform/process/variables.ts';
import type { RequestListener } from './sdk.ts';

/** How long closing waits for running steps, in milliseconds. Restate repeats a step that is cut off. */
const graceMs = 1_000;
/** Maximum duration of a registration, in which Restate also calls this server, in milliseconds. */
const registrationTimeoutMs = 10_000;

export interface CallServer {
  /** The URL on which the server listens, with the given port or, for 0, a free one. */
  url: string;
  /** Sets the function that answers requests. Call it at once: a request that arrives earlier is never answered. */
  setListener: (listener: RequestListener) => void;
  close: () => Promise<void>;
}

/** Starts the server. Throws EnvironmentError when the port is taken, so that the process does not start. */
export async function openCallServer(port: number): Promise<CallServer> {
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
    setListener: (listener) => {
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

/** Registers this server with Restate, which reads at once what the server offers. A repeat changes nothing. */
export async function registerDeployment(
  adminUrl: string,
  ownUrl: string,
  signal: AbortSignal,
): Promise<void> {
  const response = await fetch(new URL('/deployments', adminUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    // The registration is forced, because an earlier version of this server may have registered the same URL.
    body: JSON.stringify({ uri: ownUrl, force: true }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(registrationTimeoutMs)]),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`Restate refused the registration with ${response.status}: ${text}`);
}
