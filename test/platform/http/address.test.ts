import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { getOrigin } from '../../../platform/http/address.ts';

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['0.0.0.0', '127.0.0.1'],
  ['shop.example', 'shop.example'],
  ['::1', '[::1]'],
  ['::', '[::1]'],
])('a server on the host %s has an origin with the host %s and its port', async (host, expected) => {
  const server = Fastify();
  await server.listen({ host: '127.0.0.1', port: 0 });
  const origin = getOrigin(server, host);
  const { port } = server.server.address() as { port: number };
  await server.close();
  expect(origin).toBe(`http://${expected}:${port}`);
});
