import { afterAll, beforeAll, expect, test } from 'vitest';
import { link, openSmallGraph, type SmallGraph } from '../small-graph.ts';

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

test('sends a trace id with every response: the caller’s, or a new one', async () => {
  const traceId = 'a1'.repeat(16);
  const traced = await graph.post(query, { traceparent: `00-${traceId}-${'1'.repeat(16)}-01` });
  expect(traced.headers.get('trace-id')).toBe(traceId);
  expect(graph.asked.at(-1)?.call.traceId).toBe(traceId);
  expect((await graph.post(query)).headers.get('trace-id')).toMatch(/^[0-9a-f]{32}$/);
  expect((await graph.post({ query: '{ nothing }' })).headers.get('trace-id')).toMatch(/^[0-9a-f]{32}$/);
});
