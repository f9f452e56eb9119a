import Fastify from 'fastify';
import { afterAll, expect, test } from 'vitest';
import { registerHealth } from '../../../platform/http/health.ts';
import { serveSubgraph } from '../../../platform/subgraph/server.ts';
import { silent } from '../../support/silent-log.ts';
import { subgraphTest } from '../../support/subgraph.ts';

const accounts = subgraphTest('accounts');
const closers: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  await Promise.all(closers.map((close) => close()));
});

async function serve(subgraph: Parameters<typeof serveSubgraph>[0]['subgraph']) {
  const verify = () => Promise.reject(new Error('this server trusts no service'));
  const options = {
    host: '127.0.0.1',
    port: 0,
    log: silent,
    timeoutMs: 1_000,
    drainMs: 0,
    isExplorable: false,
  };
  const server = await serveSubgraph({ ...options, subgraph, verify });
  closers.push(server.close);
  return {
    get: async (path: string) => {
      const response = await fetch(new URL(path, server.url));
      return { status: response.status, body: await response.json() };
    },
  };
}

const applied = ['CreateAccount1790000000001', 'CreateSession1790000000002', 'CreateAttempt1790000000003'];

test('reports without a token that the process runs and is ready, with its database and migrations', async () => {
  const { get } = await serve(accounts.opened());
  expect(await get('/health/live')).toEqual({
    status: 200,
    body: { service: 'accounts', version: expect.stringMatching(/^\d+\.\d+\.\d+/), status: 'live' },
  });
  expect(await get('/health/ready')).toEqual({
    status: 200,
    body: {
      service: 'accounts',
      version: expect.any(String),
      status: 'ready',
      database: { up: true, latencyMs: expect.any(Number) },
      migrations: { applied, pending: [] },
      peers: {},
    },
  });
});

test('is not ready while a migration is pending', async () => {
  const { get } = await serve(accounts.opened());
  await accounts.sql('DELETE FROM accounts.migration WHERE name = $1', [applied[2]]);
  const { status, body } = await get('/health/ready');
  expect(status).toBe(503);
  expect(body).toMatchObject({
    status: 'not ready',
    migrations: { applied: applied.slice(0, 2), pending: [applied[2]] },
  });
  await accounts.sql('INSERT INTO accounts.migration (timestamp, name) VALUES (1790000000003, $1)', [
    applied[2],
  ]);
  expect((await get('/health/ready')).status).toBe(200);
});

test('is not ready without its database, and still live', async () => {
  const health = async () => ({ database: { up: false, latencyMs: null }, migrations: null, peers: {} });
  const { get } = await serve({ ...accounts.opened(), health });
  expect(await get('/health/ready')).toMatchObject({
    status: 503,
    body: { status: 'not ready', database: { up: false } },
  });
  expect((await get('/health/live')).status).toBe(200);
});

test('is ready while a peer is down, and reports the state of its peers', async () => {
  const { database, migrations } = await accounts.opened().health();
  const peers = { products: { breaker: 'open', running: 0, queued: 0 } } as const;
  const { get } = await serve({
    ...accounts.opened(),
    health: async () => ({ database, migrations, peers }),
  });
  expect(await get('/health/ready')).toMatchObject({ status: 200, body: { status: 'ready', peers } });
});

test('is not ready from the start of draining, and then no longer checks anything', async () => {
  const server = Fastify();
  closers.push(() => server.close());
  let checks = 0;
  const { startDraining } = registerHealth(server, 'accounts', async () => {
    checks += 1;
    return { isReady: true, details: {} };
  });
  expect((await server.inject('/health/ready')).statusCode).toBe(200);
  startDraining();
  for (let round = 0; round < 2; round += 1) {
    const response = await server.inject('/health/ready');
    expect(response.statusCode).toBe(503);
    expect(response.json()).toMatchObject({ status: 'not ready', draining: true });
  }
  expect(checks).toBe(1);
  expect((await server.inject('/health/live')).statusCode).toBe(200);
});
