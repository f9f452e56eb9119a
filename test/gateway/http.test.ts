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

const query = { query: '{ ok }' };

test('puts the trace id on every answer: the caller’s, or a new one', async () => {
  const traceId = 'a1'.repeat(16);
  const traced = await graph.post(query, { traceparent: `00-${traceId}-${'1'.repeat(16)}-01` });
  expect(traced.headers.get('trace-id')).toBe(traceId);
  expect(graph.asked.at(-1)?.call.traceId).toBe(traceId);
  expect((await graph.post(query)).headers.get('trace-id')).toMatch(/^[0-9a-f]{32}$/);
  expect((await graph.post({ query: '{ nothing }' })).headers.get('trace-id')).toMatch(/^[0-9a-f]{32}$/);
});

test('tells whether it is ready, by what its subgraphs answer', async () => {
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

test('lets a running request end when it closes, and takes no new one', async () => {
  const slow = 'b2'.repeat(16);
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  const closing = await openSmallGraph({
    accounts: {
      sdl: subgraphs.accounts.sdl,
      execute: async (_operation, { traceId }) => {
        if (traceId !== slow) return { data: { ok: 'at once' } };
        ask();
        await answered;
        return { data: { ok: 'in the end' } };
      },
    },
  });
  const running = closing.post(query, { traceparent: `00-${slow}-${'1'.repeat(16)}-01` });
  await asked;
  const closed = closing.close();
  const knock = () =>
    closing.post(query).then(
      ({ status }) => status,
      () => 'refused',
    );
  await expect.poll(knock).toEqual(expect.toBeOneOf(['refused', 503]));
  answer();
  expect(await (await running).json()).toEqual({ data: { ok: 'in the end' } });
  await closed;
});

test('refuses a subscription as what it is: a request this graph does not take', async () => {
  const response = await graph.post({ query: 'subscription { anything }' });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
  });
});
