// Listens on an address. The name "localhost" means both loopback addresses, of IPv4 and of IPv6: some clients try one of them only,
// and not the same one. All connections belong to one server, so that closing it closes all of them.
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Throws the errors of listen (EADDRINUSE, EACCES, ENOTFOUND). */
export async function listen(
  server: FastifyInstance,
  { host, port }: { host: string; port: number },
): Promise<void> {
  if (host !== 'localhost') {
    await server.listen({ host, port });
    return;
  }
  const [first = '127.0.0.1', ...others] = await findAddresses(host);
  const doors: Server[] = [];
  let closed: Promise<unknown> | undefined;
  server.addHook('preClose', async () => {
    closed = Promise.all(doors.map((door) => new Promise((resolve) => door.close(resolve))));
  });
  server.addHook('onClose', async () => {
    await closed;
  });
  await server.listen({ host: first, port });
  const { port: boundPort } = server.server.address() as AddressInfo;
  try {
    for (const address of others) {
      const door = await openDoor(server, address, boundPort);
      if (door !== undefined) doors.push(door);
    }
  } catch (cause) {
    await server.close();
    throw cause;
  }
}

/** A second entrance of the HTTP server. Undefined where this machine does not have the address. */
async function openDoor(server: FastifyInstance, host: string, port: number): Promise<Server | undefined> {
  // With the options that node:http gives to its own listening socket.
  const door = createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
    server.server.emit('connection', socket),
  );
  try {
    door.listen({ host, port });
    await once(door, 'listening');
    return door;
  } catch (cause) {
    if (unavailableCodes.has((cause as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw cause;
  }
}

const unavailableCodes = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL']);

async function findAddresses(host: string): Promise<string[]> {
  const found = await lookup(host, { all: true, order: 'ipv4first' });
  return [...new Set(found.map(({ address }) => address))];
}
