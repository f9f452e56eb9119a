// For every graph of the federation tests: the fetches that the checks expect are, byte for byte, those that a running gateway
// sends, and a graph that runs as it was composed passes the checks.
import { isDeepStrictEqual } from 'node:util';
import { GraphQLError, type GraphQLSchema, parse } from 'graphql';
import { expect, test } from 'vitest';
import { buildRepresentation } from '../../checks/contract/representation.ts';
import { matchesCondition } from '../../checks/plan/conditions.ts';
import { openPlanner, printSelections } from '../../checks/plan/plan.ts';
import type { PlannedFetch } from '../../checks/plan/planned-fetch.ts';
import { findFetchProblems } from '../../checks/schema/answerable.ts';
import { buildRunningSubgraph } from '../../checks/schema/running-subgraph.ts';
import { everyGraph } from '../federation/every-graph.ts';
import type { Question } from '../federation/federation-graph.ts';
import { openSmallGraph, type SmallGraph } from '../gateway/small-graph.ts';
import { required } from '../support/required.ts';

test('plans every fetch that a gateway sends in the federation test graphs, and finds each of them answerable', {
  timeout: 60_000,
}, async () => {
  let [judged, known] = [0, 0];
  for (const { name, graph } of await everyGraph()) {
    const opened = await openSmallGraph(graph.subgraphs);
    const { planFetches: fetches, supergraphSchema } = openPlanner(opened.supergraphSdl);
    const running = new Map(
      Object.entries(graph.subgraphs).map(([subgraph, { sdl }]) => [
        subgraph,
        buildRunningSubgraph(subgraph, sdl),
      ]),
    );
    for (const question of graph.questions) {
      const planned = plannedOr([], () => fetches(parse(question.query)));
      for (const fetch of planned) {
        const problems = findFetchProblems(
          fetch,
          required(running.get(fetch.subgraph), name),
          supergraphSchema,
        );
        expect([name, question.query, problems]).toEqual([name, question.query, []]);
        judged += 1;
      }
      const sent = await sentFor(opened, question);
      const unknown = sent.filter(
        (one) => !planned.some((fetch) => isSame(fetch, one, question, supergraphSchema)),
      );
      expect([name, question.query, unknown]).toEqual([name, question.query, []]);
      known += sent.length;
    }
    await opened.close();
  }
  expect(judged).toBeGreaterThan(400);
  expect(known).toBeGreaterThan(400);
});

type Sent = SmallGraph['asked'][number];

async function sentFor(graph: SmallGraph, { query, variables }: Question): Promise<Sent[]> {
  const before = graph.asked.length;
  await (await graph.post({ query, variables })).text();
  return graph.asked.slice(before);
}

/** Its bytes, its variables, what is said of each entity, and that its conditions hold. */
function isSame(
  fetch: PlannedFetch,
  { name, operation }: Sent,
  { variables: given = {} }: Question,
  schema: GraphQLSchema,
): boolean {
  const { representations, ...variables } = operation.variables ?? {};
  const named = fetch.variables.filter((one) => given[one] !== undefined);
  if (name !== fetch.subgraph || operation.query !== fetch.text) return false;
  if (operation.operationName !== fetch.operationName) return false;
  if (!isDeepStrictEqual(Object.keys(variables).sort(), named.toSorted())) return false;
  const isKnown = fetch.conditions.flatMap(Object.keys).every((one) => given[one] !== undefined);
  if (isKnown && !matchesCondition(fetch.conditions, given)) return false;
  if (fetch.requires === undefined) return representations === undefined;
  const requires = `{ ${printSelections(fetch.requires)} }`;
  return onTheWire(representations).every((one) => {
    const { sent, missing } = buildRepresentation(requires, one.__typename, one, schema);
    return missing.length === 0 && isDeepStrictEqual(sent, one);
  });
}

function onTheWire(representations: unknown): { __typename: string }[] {
  return JSON.parse(JSON.stringify(representations));
}

/** Some questions are there to be refused. */
function plannedOr<Fetch>(otherwise: Fetch[], plan: () => Fetch[]): Fetch[] {
  try {
    return plan();
  } catch (cause) {
    if (cause instanceof GraphQLError) return otherwise;
    throw cause;
  }
}
