// Whatever federation can express, a graph that runs as it was composed is judged to be whole: no false alarm.
import { rmSync } from 'node:fs';
import { GraphQLError, parse } from 'graphql';
import { expect, test } from 'vitest';
import { plansOf } from '../../../checks/plan.ts';
import { problemsOf } from '../../../checks/schema/answerable.ts';
import { runningSubgraph } from '../../../checks/schema/running-subgraph.ts';
import { composeSupergraph } from '../../../gateway/supergraph/compose.ts';
import { everyGraph } from '../../federation/every-graph.ts';
import { writeMap } from '../../gateway/small-graph.ts';
import { required } from '../../support/subgraph.ts';

test('finds nothing wrong with any fetch of the federation test graphs while all versions are those composed', async () => {
  let judged = 0;
  for (const { name, graph } of await everyGraph()) {
    const schemas = Object.entries(graph.subgraphs).map(([subgraph, { sdl }]) => [subgraph, sdl] as const);
    const { map, folder } = writeMap(Object.fromEntries(schemas));
    const { fetches, supergraphSchema } = plansOf(composeSupergraph(map).supergraphSdl);
    rmSync(folder, { recursive: true });
    const running = new Map(schemas.map(([subgraph, sdl]) => [subgraph, runningSubgraph(subgraph, sdl)]));
    for (const { query } of graph.questions) {
      for (const fetch of planned(() => fetches(parse(query)))) {
        const problems = problemsOf(fetch, required(running.get(fetch.subgraph), name), supergraphSchema);
        expect([name, query, problems]).toEqual([name, query, []]);
        judged += 1;
      }
    }
  }
  expect(judged).toBeGreaterThan(200);
});

/** Some questions are there to be refused. */
function planned<Fetch>(plan: () => Fetch[]): Fetch[] {
  try {
    return plan();
  } catch (cause) {
    if (cause instanceof GraphQLError) return [];
    throw cause;
  }
}
