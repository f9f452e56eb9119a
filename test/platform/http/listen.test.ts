import { lookup } from 'node:dns/promises';
import { type AddressInfo, connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, expect, test } from 'vitest';
import { findFreePort } from '../../../local/postgres/cluster.ts';
import { createGracefulClose } from '../../../platform/http/graceful-close.ts';
import { listen, listenAt, refuseTakenPort } from '../../../platform/http/listen.ts';

const loopback = (await lookup('localhost', { all: true })).map(({ address }) => address);
const hasIPv6 = Object.values(networkInterfaces()).some((found) =>
  found?.some(({ address }) => address === '::1'),
);
/** A resolver may know one of them only: the other is used all the same. */
const addresses = [...new Set(['127.0.0.1', ...(hasIPv6 ? ['::1'] : []), ...loopback])];
/** Reserved for documentation: no machine has it. */
const missing = ['192.0.2.1', '2001:db8::1'];
const servers: FastifyInstance[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

function createServer(): FastifyInstance {
  const server = Fastify({ forceCloseConnections: 'idle' });
  servers.push(server);
  server.get('/', async () => 'ok');
  return server;
}

const getPort = (server: FastifyInstance) => (server.server.address() as AddressInfo).port;
const buildUrl = (address: string, port: number) =>
  `http://${address.includes(':') ? `[${address}]` : address}:${port}/`;

test('"localhost" is every loopback address of this machine, at one port', async () => {
  const server = createServer();
  await listen(server, { host: 'localhost', port: 0 });
  for (const address of addresses) {
    const response = await fetch(buildUrl(address, getPort(server)));
    expect([address, await response.text()]).toEqual([address, 'ok']);
  }
});

test('an address is that address only', async () => {
  const server = createServer();
  await listen(server, { host: '127.0.0.1', port: 0 });
  expect(server.addresses()).toMatchObject([{ address: '127.0.0.1' }]);
});

test('closing ends unused connections at each address of "localhost", and frees the port there', async () => {
  const server = createServer();
  const close = createGracefulClose(server, { startDraining: () => {}, drainMs: 0 });
  await listen(server, { host: 'localhost', port: 0 });
  const port = getPort(server);
  const sockets = addresses.map((host) => connect(port, host));
  const ended = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
  await close();
  await Promise.all(ended);
  for (const address of addresses) await expect(fetch(buildUrl(address, port))).rejects.toThrow();
});

test('refuses a port that is taken at one of the addresses', async () => {
  const [last = '127.0.0.1'] = addresses.toReversed();
  const first = createServer();
  await listen(first, { host: last, port: 0 });
  const second = createServer();
  await expect(listen(second, { host: 'localhost', port: getPort(first) })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});

test.each([
  ['the first', [...missing, '127.0.0.1']],
  ['the last', ['127.0.0.1', ...missing]],
])('listens where the machine has an address, and starts when it does not have %s', async (_which, given) => {
  const server = createServer();
  const close = createGracefulClose(server, { startDraining: () => {}, drainMs: 0 });
  await listenAt(server, given, 0);
  expect(server.addresses()).toMatchObject([{ address: '127.0.0.1' }]);
  const port = getPort(server);
  expect(await (await fetch(buildUrl('127.0.0.1', port))).text()).toBe('ok');
  await close();
  await expect(fetch(buildUrl('127.0.0.1', port))).rejects.toThrow();
});

test('does not start when the machine has none of the addresses', async () => {
  const [only = ''] = missing;
  await expect(listenAt(createServer(), missing, 0)).rejects.toThrow(/EADDRNOTAVAIL|EAFNOSUPPORT|EINVAL/);
  await expect(listen(createServer(), { host: only, port: 0 })).rejects.toMatchObject({
    code: 'EADDRNOTAVAIL',
  });
});

test.each(addresses)('a port that is taken at %s is not free at "localhost"', async (address) => {
  const first = createServer();
  await listen(first, { host: address, port: 0 });
  const port = getPort(first);
  await expect(refuseTakenPort({ host: 'localhost', port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await first.close();
  await refuseTakenPort({ host: 'localhost', port });
});

test('of a port that is taken, the next one that is free is proposed', async () => {
  const first = createServer();
  await listen(first, { host: '127.0.0.1', port: await findFreePort() });
  const port = getPort(first);
  // It may be another program that listens there, which is as good.
  const second = createServer();
  await listen(second, { host: '127.0.0.1', port: port + 1 }).catch(() => {});
  const refused = refuseTakenPort({ host: '127.0.0.1', port });
  const { freePort } = await refused.then(
    () => expect.unreachable(),
    (cause: { freePort: number }) => cause,
  );
  expect(freePort).toBeGreaterThan(port + 1);
  await refuseTakenPort({ host: '127.0.0.1', port: freePort });
  await Promise.all([first.close(), second.close()]);
});
