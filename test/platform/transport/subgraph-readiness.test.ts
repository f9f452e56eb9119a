// Whether the caller of a subgraph finds out that its identity is refused, and why: a key that is not trusted, or a clock that differs.
import Fastify from 'fastify';
import { afterAll, expect, test } from 'vitest';
import { registerHealth } from '../../../platform/http/health.ts';
import {
  createSigner,
  createVerifier,
  newKeyPair,
  readPrivateKey,
  readTrust,
} from '../../../platform/identity/signed-identity.ts';
import { openSubgraphClient } from '../../../platform/transport/subgraph-client.ts';

const trusted = newKeyPair();
const closers: (() => Promise<unknown>)[] = [];
afterAll(() => Promise.all(closers.map((close) => close())));

/** A server that answers /health/ready as a subgraph that trusts one key of the gateway. `clockMs` is how far its clock is ahead. */
async function serve(clockMs = 0): Promise<string> {
  const verify = createVerifier('products', readTrust(`gateway=${trusted.publicKey}`));
  const server = Fastify();
  registerHealth(server, {
    service: 'products',
    release: '4f2a9c1',
    check: async () => ({ isReady: true, details: { database: { up: true } } }),
    isOperator: (authorization) =>
      verify(authorization.replace('Bearer ', '')).then(
        () => clockMs === 0,
        () => false,
      ),
  });
  server.addHook('preSerialization', async (_request, _reply, body) => {
    const { time } = body as { time?: string };
    return time === undefined ? body : { ...(body as object), time: new Date(Date.parse(time) + clockMs) };
  });
  closers.push(() => server.close());
  return `${await server.listen({ host: '127.0.0.1', port: 0 })}/graphql`;
}

function open(url: string, { privateKey }: { privateKey: string }) {
  const client = openSubgraphClient('products', url, createSigner('gateway', readPrivateKey(privateKey)));
  closers.push(client.close);
  return () => client.readiness(AbortSignal.timeout(5_000));
}

test('a subgraph that trusts the key tells its details', async () => {
  const readiness = open(await serve(), trusted);
  expect(await readiness()).toEqual({
    isReady: true,
    details: { version: expect.any(String), release: '4f2a9c1', database: { up: true } },
  });
});

test('a key that the subgraph does not trust is named, and the subgraph is not ready for this caller', async () => {
  const readiness = open(await serve(), newKeyPair());
  expect(await readiness()).toEqual({
    isReady: false,
    details: {
      identity:
        'refused: IDENTITY_TRUST of products does not have the key that belongs to IDENTITY_KEY of this process',
    },
  });
});

test.each([
  [90_000, 'ahead of'],
  [-90_000, 'behind'],
])('a clock of the subgraph that differs by %i ms is named', async (clockMs, direction) => {
  const readiness = open(await serve(clockMs), trusted);
  const { isReady, details } = await readiness();
  expect(isReady).toBe(false);
  expect(details.identity).toMatch(
    new RegExp(`^refused: the clock of products is (89|90|91) s ${direction} the clock of this process$`),
  );
});
