import { afterAll, beforeAll, expect, test } from 'vitest';
import { readHealth } from '../../support/viewers.ts';
import { openSmallGraph, type SmallGraph } from '../small-graph.ts';
import { hostileGraph, hostileOperations } from './hostile-graph.ts';

const bounds = { PLANNING_TIMEOUT_MS: '500', PLANNING_MEMORY_MB: '48', REQUEST_TIMEOUT_MS: '60000' };

let graph: SmallGraph;
beforeAll(async () => {
  graph = await openSmallGraph(hostileGraph, bounds);
});
afterAll(() => graph.close());

const refusal = {
  errors: [
    {
      message: 'Planning the operation takes too much time or memory.',
      extensions: { code: 'OPERATION_TOO_EXPENSIVE' },
    },
  ],
};

async function getPlanningHealth({ url }: SmallGraph) {
  const response = await readHealth(url);
  expect(response.status).toBe(200);
  return ((await response.json()) as { planning: { exhausted: number } }).planning;
}

test('refuses operations with too many plans, and answers honest ones meanwhile', async () => {
  const queries = Object.values(hostileOperations);
  const send = async (query: string) => {
    const response = await graph.post({ query });
    return [response.status, await response.json()];
  };
  const hostile = queries.slice(0, 2).map(send);
  for (const by of [1, 2, 3]) {
    expect((await fetch(new URL('/health/live', graph.url))).status).toBe(200);
    // The first is planned, the others are known.
    const response = await graph.post({ query: 'query ($by: Int) { n(by: $by) }', variables: { by } });
    expect(await response.json()).toEqual({ data: { n: by } });
  }
  hostile.push(...queries.slice(2).map(send));
  expect(await Promise.all(hostile)).toEqual(queries.map(() => [400, refusal]));
  const before = await getPlanningHealth(graph);
  expect(before.exhausted).toBe(queries.length);
  // They are remembered: nothing is planned again.
  for (const query of queries) expect(await (await graph.post({ query })).json()).toEqual(refusal);
  expect((await getPlanningHealth(graph)).exhausted).toBe(before.exhausted);
});

test('plans within the same bounds where Apollo’s own executor executes', async () => {
  const stock = await openSmallGraph(hostileGraph, { ...bounds, COMPILED_PLANS: 'false' });
  const query =
    hostileOperations['an interface with so many types that a list of choices has no valid length'];
  expect(await (await stock.post({ query })).json()).toEqual(refusal);
  expect(await (await stock.post({ query: '{ n }' })).json()).toEqual({ data: { n: 1 } });
  expect(await (await stock.post({ query: '{ __typename a: n b: n(by: 2) }' })).json()).toEqual({
    data: { __typename: 'Query', a: 1, b: 2 },
  });
  await stock.close();
});
