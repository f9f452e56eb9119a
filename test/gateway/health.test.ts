import { afterAll, beforeAll, expect, test, vi } from 'vitest';
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
    [{ subgraph: 'accounts', identity }, 'a subgraph refuses the identity of this gateway'],
  ]);
  answer = { isReady: true, details: {} };
  await expect.poll(check, patient).toMatchObject({ isReady: true });
  expect(log.info).toHaveBeenCalledOnce();
});
