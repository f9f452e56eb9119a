// Whether the caller of a subgraph finds out that its calls would fail, and why: a URL that leads elsewhere, a key that is not trusted, or
// a clock that differs. Each subgraph is served as in production.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, test, vi } from 'vitest';
import {
  createSigner,
  createVerifier,
  newKeyPair,
  readPrivateKey,
  readTrust,
} from '../../../platform/identity/signed-identity.ts';
import { serveSubgraph } from '../../../platform/subgraph/server.ts';
import { openSubgraphClient } from '../../../platform/transport/subgraph-client.ts';
import { silent } from '../../support/silent-log.ts';
import { subgraphThat } from '../subgraph/served-subgraph.ts';

const trusted = newKeyPair();
const closers: (() => Promise<unknown>)[] = [];
afterAll(() => Promise.all(closers.map((close) => close())));

const details = {
  version: expect.any(String),
  release: '4f2a9c1',
  database: { up: true, latencyMs: null },
  migrations: { applied: [], pending: [], unknown: [] },
  peers: {},
};

/** The URL of a subgraph that trusts one key of the gateway. */
async function serve(name: string, { isUp = true, clockMs = 0 } = {}): Promise<string> {
  const verify = createVerifier(name, readTrust(`gateway=${trusted.publicKey}`));
  const execute = async () => ({ data: { __typename: 'Query' } });
  const server = await serveSubgraph({
    subgraph: { ...subgraphThat(execute, isUp), name },
    host: '127.0.0.1',
    port: 0,
    verify: async (token) => {
      if (clockMs !== 0) throw new Error('the clocks differ');
      return verify(token);
    },
    log: silent,
    timeoutMs: 10_000,
    drainMs: 0,
    isExplorable: false,
    release: '4f2a9c1',
  });
  closers.push(server.close);
  return server.url;
}

/** The URL of a server that is no subgraph. */
async function serveOther(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  closers.push(async () => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}

function ask(url: string, { privateKey } = trusted, name = 'products') {
  const client = openSubgraphClient(name, url, createSigner('gateway', readPrivateKey(privateKey)));
  closers.push(client.close);
  return client.readiness(AbortSignal.timeout(5_000));
}

const urlOfProducts = 'the URL of products (PRODUCTS_URL, or routing_url in supergraph.yaml)';

test('a subgraph that executes the operation tells its details', async () => {
  expect(await ask(await serve('products'))).toEqual({ isReady: true, details });
});

test('a subgraph without its database is not ready, and says so over the same URL', async () => {
  const down = { ...details, database: { up: false, latencyMs: null } };
  expect(await ask(await serve('products', { isUp: false }))).toEqual({ isReady: false, details: down });
});

test('a URL that leads to another subgraph is named with that subgraph', async () => {
  expect(await ask(await serve('accounts'))).toEqual({
    isReady: false,
    details: { url: `${urlOfProducts} leads to accounts` },
  });
});

test('a URL that begins with https is named where the server speaks http', async () => {
  const url = (await serve('products')).replace('http:', 'https:');
  expect(await ask(url)).toEqual({
    isReady: false,
    details: { url: `${urlOfProducts} begins with https, and what answers there speaks http` },
  });
});

test.each(['/', '/graphq', '/graphql/products'])('a URL with the path %s is named', async (path) => {
  const url = new URL(path, await serve('products')).href;
  expect(await ask(url)).toEqual({
    isReady: false,
    details: { url: `${urlOfProducts} leads to products, and to a path without operations: HTTP status 404` },
  });
});

test.each<[string, number, RequestListener]>([
  ['a proxy that knows no such subgraph', 404, (_request, response) => response.writeHead(404).end('<html>')],
  ['a page', 200, (_request, response) => response.end('<html>')],
  ['GraphQL of others', 200, (_request, response) => response.end('{"data":{"__typename":"Query"}}')],
])('%s may be what answers for a subgraph that is down', async (_what, status, answer) => {
  expect(await ask(await serveOther(answer))).toEqual({
    isReady: false,
    details: { answer: `${urlOfProducts} leads to something that is no subgraph: HTTP status ${status}` },
  });
});

test('a server that fails is taken for a subgraph that is down', async () => {
  const url = await serveOther((_request, response) => response.writeHead(502).end());
  await expect(ask(url)).rejects.toThrow('products answered with HTTP status 502');
});

test('a subgraph of an earlier version, which tells nothing with the operation, is asked at its health route', async () => {
  const url = await serveOther(({ method }, response) => {
    response.end(
      method === 'POST'
        ? '{"data":{"__typename":"Query"}}'
        : '{"service":"products","version":"1.0.0","status":"ready","peers":{}}',
    );
  });
  expect(await ask(url)).toEqual({ isReady: true, details: { version: '1.0.0', peers: {} } });
});

test('a key that the subgraph does not trust is named, and the subgraph is not ready for this caller', async () => {
  expect(await ask(await serve('products'), newKeyPair())).toEqual({
    isReady: false,
    details: {
      identity:
        'refused: IDENTITY_TRUST of products does not have the key that belongs to IDENTITY_KEY of this process',
    },
  });
});

test('a caller whose key is not trusted does not learn which subgraph answers', async () => {
  const { details } = await ask(await serve('accounts'), newKeyPair());
  expect(JSON.stringify(details)).not.toContain('accounts');
});

test.each([
  [90_000, 'ahead of'],
  [-90_000, 'behind'],
])('a clock of the subgraph that differs by %i ms is named', async (clockMs, direction) => {
  const url = await serve('products', { clockMs });
  vi.spyOn(Date.prototype, 'toISOString').mockImplementation(function (this: Date) {
    return new Date(this.getTime() + clockMs).toUTCString();
  });
  const { isReady, details } = await ask(url).finally(() => vi.restoreAllMocks());
  expect(isReady).toBe(false);
  expect(details.identity).toMatch(
    new RegExp(`^refused: the clock of products is (89|90|91) s ${direction} the clock of this process$`),
  );
});

test('a clock that differs by less than a token lives is named while the subgraph still accepts the identity', async () => {
  const url = await serve('products');
  vi.spyOn(Date.prototype, 'toISOString').mockImplementation(function (this: Date) {
    return new Date(this.getTime() - 30_000).toUTCString();
  });
  const { isReady, details } = await ask(url).finally(() => vi.restoreAllMocks());
  expect(isReady).toBe(true);
  expect(details.clock).toMatch(/^the clock of products is (29|30|31) s behind the clock of this process$/);
});
