import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createDependencyCheck } from '../../gateway/health.ts';
import { createConstantSource } from '../../gateway/supergraph/source.ts';
import type { Readiness } from '../../platform/http/health.ts';
import { readHealth } from '../support/viewers.ts';
import { link, openSmallGraph, type SmallGraph } from './small-graph.ts';

const subgraphs = {
  accounts: {
    sdl: `${link}type Query { ok: String } type Mutation { change: Int }`,
    resolvers: { Query: { ok: () => 'fine' }, Mutation: { change: () => 1 } },
  },
};
/** A state is asked for anew after half a second. */
const patient = { timeout: 10_000 };
let graph: SmallGraph;
beforeAll(async () => {
  graph = await openSmallGraph(subgraphs);
});
afterAll(() => graph.close());

test('is ready when a subgraph responds, and reports each subgraph to the operator only', async () => {
  const ready = await readHealth(graph.url);
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({
    service: 'gateway',
    version: expect.any(String),
    status: 'ready',
    dependencies: { accounts: { up: true, latencyMs: expect.any(Number) } },
  });
  const anybody = await fetch(new URL('/health/ready', graph.url));
  expect({ status: anybody.status, body: await anybody.json() }).toEqual({
    status: 200,
    body: { status: 'ready' },
  });
  const live = await fetch(new URL('/health/live', graph.url));
  expect(await live.json()).toEqual({ status: 'live' });
  const wrong = await readHealth(graph.url, { authorization: 'Bearer a-token-of-a-client' });
  expect(wrong.status).toBe(401);
});

test('is not ready when no subgraph answers, and names no address', async () => {
  const alone = await openSmallGraph({
    accounts: {
      sdl: subgraphs.accounts.sdl,
      execute: () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.1')),
    },
  });
  const response = await readHealth(alone.url);
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({
    status: 'not ready',
    dependencies: { accounts: { up: false } },
  });
  await alone.close();
});

test('asks each subgraph once for callers at one moment, and logs once that it refuses the identity', async () => {
  const log = { error: vi.fn(), info: vi.fn() };
  let asked = 0;
  let answer: Readiness = { isReady: true, details: {} };
  const sources = {
    supergraph: createConstantSource(graph.supergraphSdl),
    readiness: async () => {
      asked += 1;
      return answer;
    },
    log: log as never,
  };
  const clients = { health: () => undefined };
  const check = createDependencyCheck(sources, clients);
  const states = await Promise.all(Array.from({ length: 200 }, check));
  expect(asked).toBe(1);
  expect(new Set(states.map(({ isReady }) => isReady))).toEqual(new Set([true]));

  const identity = 'refused: the clock of accounts is 90 s ahead of the clock of this process';
  answer = { isReady: false, details: { identity } };
  await expect.poll(check, patient).toMatchObject({
    isReady: false,
    details: { dependencies: { accounts: { up: false, identity } } },
  });
  const countAsked = async () => {
    await check();
    return asked;
  };
  await expect.poll(countAsked, patient).toBeGreaterThan(2);
  expect(log.error.mock.calls).toEqual([
    [{ neighbour: 'accounts', identity }, 'a neighbour refuses the identity of this process'],
  ]);
  answer = { isReady: true, details: {} };
  await expect.poll(check, patient).toMatchObject({ isReady: true });
  expect(log.info).toHaveBeenCalledOnce();
});

describe('the configuration of the gateway', () => {
  const url = 'the URL of accounts leads to products';
  const identity = 'refused: IDENTITY_TRUST of accounts does not have the key';

  /** A check over two subgraphs, the first of which is always ready. */
  function openCheck(findings: () => Readiness['details'], healthy: Readiness['details'] = {}) {
    const log = { error: vi.fn(), info: vi.fn() };
    const check = createDependencyCheck(
      {
        supergraph: {
          ...createConstantSource(graph.supergraphSdl),
          subgraphs: [
            { name: 'products', url: '', line: 1 },
            { name: 'accounts', url: '', line: 2 },
          ],
        },
        readiness: async (name) =>
          name === 'products'
            ? { isReady: Object.keys(healthy).length === 0, details: healthy }
            : { isReady: Object.keys(findings()).length === 0, details: findings() },
        log: log as never,
      },
      { health: () => undefined },
    );
    return { check, log };
  }

  test('is wrong with a URL that leads to another subgraph: one that is right does not make it ready', async () => {
    const { check, log } = openCheck(() => ({ url }));
    expect(await check()).toMatchObject({
      isReady: false,
      details: {
        configuration: [url],
        dependencies: { accounts: { up: false, url }, products: { up: true } },
      },
    });
    expect(log.error.mock.calls).toEqual([
      [{ neighbour: 'accounts', url }, 'the URL of a neighbour is wrong'],
    ]);
  });

  test('was right when a call has worked: what leads elsewhere later costs the fields of that subgraph only', async () => {
    let findings: Readiness['details'] = {};
    const { check } = openCheck(() => findings);
    expect(await check()).toMatchObject({ isReady: true });
    findings = { url };
    await expect
      .poll(check, patient)
      .toMatchObject({ details: { dependencies: { accounts: { up: false, url } } } });
    expect((await check()).isReady).toBe(true);
  });

  test('may be right when one subgraph refuses its identity, and is wrong when all do', async () => {
    expect(await openCheck(() => ({ identity })).check()).toMatchObject({ isReady: true });
    expect(await openCheck(() => ({ identity }), { identity }).check()).toMatchObject({
      isReady: false,
      details: { configuration: [identity, identity] },
    });
  });
});
