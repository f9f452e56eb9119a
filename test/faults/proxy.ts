// A wire that can be damaged: a TCP proxy on 127.0.0.1 between two processes. What it does to the connections through it is
// what networks do: it lets them be, resets them, swallows what they carry, or loses the answers alone.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * pass       all bytes go through
 * refuse     new connections are reset at once
 * swallow    connections stand, and nothing comes through in either direction: a black hole
 * deafen     what is asked goes through and happens, the answers are swallowed
 */
export type ProxyMode = 'pass' | 'refuse' | 'swallow' | 'deafen';

export interface TcpProxy {
  url: string;
  setMode: (conduct: ProxyMode) => void;
  /** Where new connections lead from now on. */
  retarget: (port: number) => void;
  /** Resets every connection that stands now (TCP RST), whatever is under way on it. */
  reset: () => void;
  connections: () => number;
  close: () => Promise<void>;
}

export async function startProxy(port: number): Promise<TcpProxy> {
  let conduct: ProxyMode = 'pass';
  let targetPort = port;
  const pairs = new Set<readonly [Socket, Socket]>();
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
      pairs.delete(pair);
      // One end is gone, so the other one goes as hard: half of a connection is of no use to HTTP.
      for (const socket of pair) resetSocket(socket);
    };
    target.on('error', end);
    for (const socket of pair) socket.on('close', end);
    client.on('data', (chunk) => {
      if (conduct !== 'swallow') target.write(chunk);
    });
    target.on('data', (chunk) => {
      if (conduct === 'pass' || conduct === 'refuse') client.write(chunk);
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
      // A stream that lost bytes in the middle makes no sense to anybody: such connections end with the trouble.
      if (conduct === 'swallow' || conduct === 'deafen') reset();
      conduct = next;
    },
    retarget: (next) => {
      targetPort = next;
    },
    reset,
    connections: () => pairs.size,
    close: async () => {
      server.close();
      reset();
      await once(server, 'close');
    },
  };
}

/** RST, where there is one to send: of a socket that is ending already, or not yet connected, Node leaks the handle then. */
function resetSocket(socket: Socket): void {
  if (socket.destroyed) return;
  if (socket.writableEnded || socket.connecting) socket.destroy();
  else socket.resetAndDestroy();
}
