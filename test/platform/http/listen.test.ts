import { lookup } from 'node:dns/promises';
import { type AddressInfo, connect } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, expect, test } from 'vitest';
import { createGracefulClose } from '../../../platform/http/graceful-close.ts';
import { listen } from '../../../platform/http/listen.ts';

const addresses = [...new Set((await lookup('localhost', { all: true })).map(({ address }) => address))];
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
