import { afterAll, beforeAll, expect, test } from 'vitest';
import { link, openSmallGraph, type SmallGraph } from './small-graph.ts';

const subgraphs = {
  accounts: {
    sdl: `${link}type Query { ok: String } type Mutation { change: Int }`,
    resolvers: { Query: { ok: () => 'fine' }, Mutation: { change: () => 1 } },
  },
};
let graph: SmallGraph;
beforeAll(async () => {
  graph = await openSmallGraph(subgraphs);
});
afterAll(() => graph.close());

test('is ready when a subgraph responds, and reports each subgraph', async () => {
  const ready = await fetch(new URL('/health/ready', graph.url));
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({
    service: 'gateway',
    status: 'ready',
    dependencies: { accounts: { up: true, latencyMs: expect.any(Number) } },
  });
  expect((await fetch(new URL('/health/live', graph.url))).status).toBe(200);
});

test('is not ready when no subgraph answers, and names no address', async () => {
  const alone = await openSmallGraph({
    accounts: {
      sdl: subgraphs.accounts.sdl,
      execute: () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.1')),
    },
  });
  const response = await fetch(new URL('/health/ready', alone.url));
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({
    status: 'not ready',
    dependencies: { accounts: { up: false } },
  });
  await alone.close();
});
