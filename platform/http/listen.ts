// Listens on an address. The name "localhost" means both loopback addresses, of IPv4 and of IPv6: some clients try one of them only,
// and not the same one. All connections belong to one server, so that closing it closes all of them.
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { isThisMachine } from '../process/exposure.ts';

export interface ListenAddress {
  host: string;
  port: number;
}

/** Throws the errors of listen (EADDRINUSE, EACCES, ENOTFOUND). */
export async function listen(server: FastifyInstance, { host, port }: ListenAddress): Promise<void> {
  await listenAt(server, await findAddresses(host), port);
}

/**
 * Listens at one port of all these addresses. Of several addresses, those that this machine does not have are left out: its resolver may
 * know an address of a family that is turned off. Throws when no address is left.
 */
export async function listenAt(
  server: FastifyInstance,
  addresses: readonly string[],
  port: number,
): Promise<void> {
  const doors: Server[] = [];
  let closed: Promise<unknown> | undefined;
  server.addHook('preClose', async () => {
    closed = Promise.all(doors.map((door) => new Promise((resolve) => door.close(resolve))));
  });
  server.addHook('onClose', async () => {
    await closed;
  });
  const others = await listenAtFirst(server, addresses, port);
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

/**
 * Throws EADDRINUSE or EACCES where `listen` would. EADDRINUSE has the next port that is free as `freePort`, which the sentence of the
 * process proposes.
 */
export async function refuseTakenPort({ host, port }: ListenAddress): Promise<void> {
  const addresses = await findAddresses(host);
  try {
    await tryPort(addresses, port);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EADDRINUSE')
      Object.assign(cause as Error, { freePort: await findFreePortAbove(addresses, port) });
    throw cause;
  }
}

/** How many ports are tried above one that is taken. */
const maxPortsTried = 50;

async function findFreePortAbove(addresses: readonly string[], taken: number): Promise<number | undefined> {
  for (let port = taken + 1; port <= Math.min(taken + maxPortsTried, 65_535); port += 1) {
    try {
      await tryPort(addresses, port);
      return port;
    } catch {
      // The next one may be free.
    }
  }
  return undefined;
}

/** Listens at the port of all these addresses for a moment. */
async function tryPort(addresses: readonly string[], port: number): Promise<void> {
  for (const host of addresses) {
    const probe = createServer();
    try {
      probe.listen({ host, port });
      await once(probe, 'listening');
      await new Promise((resolve) => probe.close(resolve));
    } catch (cause) {
      if (!isUnavailable(cause)) throw cause;
    }
  }
}

/** Listens at the first address that this machine has, and returns those behind it. */
async function listenAtFirst(
  server: FastifyInstance,
  [first = '', ...others]: readonly string[],
  port: number,
): Promise<readonly string[]> {
  try {
    await server.listen({ host: first, port });
    return others;
  } catch (cause) {
    if (others.length === 0 || !isUnavailable(cause)) throw cause;
    return listenAtFirst(server, others, port);
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
    if (isUnavailable(cause)) return undefined;
    throw cause;
  }
}

const unavailableCodes = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL']);

function isUnavailable(cause: unknown): boolean {
  return unavailableCodes.has((cause as NodeJS.ErrnoException).code ?? '');
}

/**
 * A resolver may know one of the two loopback addresses, none of them, or an address that the machine does not have. Clients of the
 * same machine do not always ask it (RFC 6761, section 6.3), so that both are used wherever the machine has them.
 */
async function findAddresses(host: string): Promise<readonly string[]> {
  if (host !== 'localhost') return [host];
  const found = await lookup(host, { all: true }).catch(() => []);
  const loopback = found.map(({ address }) => address).filter(isThisMachine);
  return [...new Set(['127.0.0.1', '::1', ...loopback])];
}
