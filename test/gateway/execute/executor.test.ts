// Whether a real gateway executes operations by compiled plans.

import { expect, test } from 'vitest';
import { readHealth } from '../../support/viewers.ts';
import { link, openSmallGraph } from '../small-graph.ts';

test('reports how many operations compiled plans have executed', async () => {
  const graph = await openSmallGraph({
    people: { sdl: `${link}type Query { ok: String }`, resolvers: { Query: { ok: () => 'fine' } } },
  });
  const plans = async () => {
    const health = await readHealth(graph.url);
    return ((await health.json()) as { plans: unknown }).plans;
  };
  try {
    expect(await plans()).toEqual({ compiled: 0, fallbacks: {} });
    for (const query of ['{ ok }', '{ nothing }', '{ ok }', '{ ok __schema { queryType { name } } }'])
      await (await graph.post({ query })).text();
    expect(await plans()).toEqual({ compiled: 3, fallbacks: {} });
  } finally {
    await graph.close();
  }
});
