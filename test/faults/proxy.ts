// A TCP proxy on 127.0.0.1 between two processes. It does to connections what networks do: it passes their bytes on, resets
// them, swallows all bytes, or loses only the responses.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * pass       all bytes go through
 * refuse     the proxy resets new connections at once
 * swallow    connections stay open, and no byte passes in either direction
 * deafen     requests pass and take effect, the proxy swallows the responses
 */
export type ProxyMode = 'pass' | 'refuse' | 'swallow' | 'deafen';

export interface TcpProxy {
  url: string;
  setMode: (conduct: ProxyMode) => void;
  /** Changes the target port of new connections. */
  retarget: (port: number) => void;
  /** Resets every open connection (TCP RST), also in the middle of a request. */
  reset: () => void;
  /** Loses every open connection, as a router that forgot it: neither end hears of the other again. New connections pass. */
  lose: () => void;
  /** Number of connections of clients that are open, without the lost ones. */
  connections: () => number;
  close: () => Promise<void>;
}

export async function startProxy(port: number): Promise<TcpProxy> {
  let conduct: ProxyMode = 'pass';
  let targetPort = port;
  const pairs = new Set<readonly [Socket, Socket]>();
  const lostPairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((client) => {
    client.on('error', () => {});
    if (conduct === 'refuse') {
      resetSocket(client);
      return;
    }
    const target = connect(targetPort, '127.0.0.1');
    const pair = [client, target] as const;
    pairs.add(pair);
    const end = () => {
      if (lostPairs.has(pair)) return;
      pairs.delete(pair);
      // One end is gone, so that the proxy resets the other end too: HTTP cannot use half of a connection.
      for (const socket of pair) resetSocket(socket);
    };
    target.on('error', end);
    for (const socket of pair) socket.on('close', end);
    client.on('data', (chunk) => {
      if (conduct !== 'swallow' && !lostPairs.has(pair)) target.write(chunk);
    });
    target.on('data', (chunk) => {
      if ((conduct === 'pass' || conduct === 'refuse') && !lostPairs.has(pair)) client.write(chunk);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const reset = () => {
    for (const [client, target] of pairs) {
      resetSocket(client);
      resetSocket(target);
    }
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setMode: (next) => {
      // A stream that lost bytes is unreadable, so that such connections end with the mode that lost them.
      if (conduct === 'swallow' || conduct === 'deafen') reset();
      conduct = next;
    },
    retarget: (next) => {
      targetPort = next;
    },
    reset,
    lose: () => {
      for (const pair of pairs) lostPairs.add(pair);
      pairs.clear();
    },
    connections: () => pairs.size,
    close: async () => {
      server.close();
      reset();
      for (const socket of [...lostPairs].flat()) resetSocket(socket);
      await once(server, 'close');
    },
  };
}

/** Sends RST where possible. On a socket that is ending or not yet connected, resetAndDestroy would leak the handle in Node. */
function resetSocket(socket: Socket): void {
  if (socket.destroyed) return;
  if (socket.writableEnded || socket.connecting) socket.destroy();
  else socket.resetAndDestroy();
}
