import Fastify from 'fastify';
import { afterAll, expect, test } from 'vitest';
import { registerHealth } from '../../../platform/http/health.ts';
import { createOperatorCheck } from '../../../platform/http/operator.ts';
import type { Verify } from '../../../platform/identity/signed-identity.ts';
import { serveSubgraph } from '../../../platform/subgraph/server.ts';
import { subgraph as accountsDefinition } from '../../../subgraphs/accounts/index.ts';
import { silent } from '../../support/silent-log.ts';
import { subgraphTest } from '../../support/subgraph.ts';
import { customer, operatorToken, service } from '../../support/viewers.ts';

const accounts = subgraphTest('accounts');
const closers: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  await Promise.all(closers.map((close) => close()));
});

/** Identities are their own names here; test/platform/identity/ covers the signed ones. */
const verify: Verify = async (token) => {
  if (token === 'gateway') return service('gateway');
  if (token === 'customer') return customer();
  throw new Error('this server trusts nobody else');
};

async function serve(subgraph: Parameters<typeof serveSubgraph>[0]['subgraph']) {
  const options = {
    host: '127.0.0.1',
    port: 0,
    log: silent,
    timeoutMs: 1_000,
    drainMs: 0,
    isExplorable: false,
    operatorToken,
  };
  const server = await serveSubgraph({ ...options, subgraph, verify });
  closers.push(server.close);
  return {
    get: async (path: string, token?: string) => {
      const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const response = await fetch(new URL(path, server.url), { headers });
      const challenge = response.headers.get('www-authenticate') ?? undefined;
      const body = (await response.json()) as Record<string, string>;
      return { status: response.status, body, ...(challenge === undefined ? {} : { challenge }) };
    },
  };
}

const applied = accountsDefinition.migrations.map(({ name }) => name);
const newest = applied.at(-1) ?? '';

test('tells everybody the status and nothing else', async () => {
  const { get } = await serve(accounts.opened());
  expect(await get('/health/live')).toEqual({ status: 200, body: { status: 'live' } });
  expect(await get('/health')).toEqual({ status: 200, body: { status: 'healthy' } });
  for (const token of [undefined, ''])
    expect(await get('/health/ready', token)).toEqual({ status: 200, body: { status: 'ready' } });
});

test.each([
  ['the operator', operatorToken],
  ['a service that it trusts', 'gateway'],
])('tells %s its version, its database and its migrations', async (_who, token) => {
  const { get } = await serve(accounts.opened());
  expect(await get('/health/ready', token)).toEqual({
    status: 200,
    body: {
      service: 'accounts',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      status: 'ready',
      database: { up: true, latencyMs: expect.any(Number) },
      migrations: { applied, pending: [], unknown: [] },
      peers: {},
    },
  });
});

test.each(['customer', 'operator', `${operatorToken}.`, operatorToken.toUpperCase()])(
  'refuses the token %s, and tells the time by which the caller can compare its clock',
  async (token) => {
    const { get } = await serve(accounts.opened());
    const { status, body, challenge } = await get('/health/ready', token);
    expect({ status, body, challenge }).toEqual({
      status: 401,
      challenge: expect.stringMatching(/^Bearer .*error="invalid_token"/),
      body: { status: 'unauthenticated', time: expect.stringMatching(/Z$/) },
    });
    expect(Math.abs(Date.parse(body.time ?? '') - Date.now())).toBeLessThan(5_000);
  },
);

test('without an operator token nobody is the operator', async () => {
  const isOperator = createOperatorCheck(undefined);
  for (const header of ['Bearer undefined', 'Bearer ', '']) expect(await isOperator(header)).toBe(false);
});

test('is not ready while a migration is pending', async () => {
  const { get } = await serve(accounts.opened());
  await accounts.sql('DELETE FROM accounts.migration WHERE name = $1', [newest]);
  await expect
    .poll(() => get('/health/ready', operatorToken), { timeout: 10_000 })
    .toMatchObject({
      status: 503,
      body: { status: 'not ready', migrations: { applied: applied.slice(0, -1), pending: [newest] } },
    });
  await accounts.sql('INSERT INTO accounts.migration (timestamp, name) VALUES ($2, $1)', [
    newest,
    Number(newest.slice(-13)),
  ]);
  await expect.poll(async () => (await get('/health/ready')).status, { timeout: 10_000 }).toBe(200);
});

test('sends the statements of one check for 200 callers at once, and of two within a second', async () => {
  const { get } = await serve(accounts.opened());
  await get('/health/ready');
  const before = accounts.statements();
  const began = performance.now();
  for (let round = 0; round < 4; round += 1) {
    const states = await Promise.all(Array.from({ length: 50 }, () => get('/health/ready')));
    expect(new Set(states.map(({ status }) => status))).toEqual(new Set([200]));
  }
  const checks = 1 + Math.ceil((performance.now() - began) / 500);
  expect(accounts.statements() - before).toBeLessThanOrEqual(3 * checks);
});

test('is not ready without its database, and still live', async () => {
  const health = async () => ({ database: { up: false, latencyMs: null }, migrations: null, peers: {} });
  const { get } = await serve({ ...accounts.opened(), health });
  expect(await get('/health/ready')).toEqual({ status: 503, body: { status: 'not ready' } });
  expect(await get('/health/ready', operatorToken)).toMatchObject({
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
  expect(await get('/health/ready', operatorToken)).toMatchObject({
    status: 200,
    body: { status: 'ready', peers },
  });
});

test('is not ready from the start of draining, and then no longer checks anything', async () => {
  const server = Fastify();
  closers.push(() => server.close());
  let checks = 0;
  const check = async () => {
    checks += 1;
    return { isReady: true, details: {} };
  };
  const { startDraining } = registerHealth(server, {
    service: 'accounts',
    check,
    isOperator: async () => true,
  });
  const headers = { authorization: 'Bearer anything' };
  expect((await server.inject('/health/ready')).statusCode).toBe(200);
  startDraining();
  for (let round = 0; round < 2; round += 1) {
    const response = await server.inject({ url: '/health/ready', headers });
    expect(response.statusCode).toBe(503);
    expect(response.json()).toMatchObject({ status: 'not ready', draining: true });
  }
  expect(checks).toBe(1);
  expect((await server.inject('/health/live')).statusCode).toBe(200);
});
