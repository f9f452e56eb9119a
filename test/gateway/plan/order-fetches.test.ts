import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { type PlanNode, prettyFormatQueryPlan, type QueryPlan, QueryPlanner } from '@apollo/query-planner';
import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { orderFetches } from '../../../gateway/plan/order-fetches.ts';
import { plannerConfig } from '../../../gateway/plan/planner.ts';
import { readRequiredFields } from '../../../gateway/plan/required-fields.ts';
import { buildEntityFetch, buildFetch, chainedSdl } from './chained-requires.ts';

const supergraph = Supergraph.build(chainedSdl);
const required = readRequiredFields(chainedSdl);

/** As Apollo's planner makes it. */
function plan(query: string): QueryPlan {
  return new QueryPlanner(supergraph, plannerConfig).buildQueryPlan(
    operationFromDocument(supergraph.apiSchema(), parse(query)),
  );
}

function textOf(queryPlan: QueryPlan): string {
  return prettyFormatQueryPlan(queryPlan)
    .replaceAll(/Flatten\(path: "([^"]*)"\) \{\s*Fetch\(service: "(\w+)"\) (.*?)\},\s*\}/gs, '$2 at $1 $3')
    .replaceAll(/Fetch\(service: "(\w+)"\) (.*?)\},/gs, '$1 $2')
    .replaceAll(/\s+/g, ' ');
}

test('fetches a field after what it requires, where the planner fetches both side by side', () => {
  const queryPlan = plan('{ t { c } }');
  const byApollo = textOf(queryPlan);
  // The mistake of the planner: subgraph b computes T.b without T.a.
  expect(byApollo).toMatch(
    /Parallel \{ b at t \{ \{ \.\.\. on T \{ __typename id \} \} => \{ \.\.\. on T \{ b \} \} /,
  );
  orderFetches(queryPlan, required);
  const steps = textOf(queryPlan).match(/=> \{ \.\.\. on T \{ [^}]*\}/g);
  expect(steps).toEqual(['__typename id', 'a', 'b', 'd', 'c'].map((fields) => `=> { ... on T { ${fields} }`));
  expect(textOf(queryPlan)).toContain('b at t { { ... on T { __typename id a } } => { ... on T { b } }');
});

test('leaves a plan that is in order as it is', () => {
  for (const query of ['{ t { b c d } }', '{ ts { free a } }', '{ n }']) {
    const queryPlan = plan(query);
    const before = textOf(queryPlan);
    orderFetches(queryPlan, required);
    expect(textOf(queryPlan)).toBe(before);
  }
});

const fetchT = buildFetch('a', '{t{__typename id}}');
const fetchA = buildEntityFetch('a', ['t'], 'a', ['id']);
const fetchB = buildEntityFetch('b', ['t'], 'b', ['id', 'a']);
const fetchD = buildEntityFetch('d', ['t'], 'd', ['id', 'b']);
const fetchFree = buildEntityFetch('b', ['t'], 'free', ['id']);

function ordered(node: PlanNode): unknown {
  const queryPlan: QueryPlan = { kind: 'QueryPlan', node };
  orderFetches(queryPlan, required);
  return queryPlan.node;
}

test('puts parallel fetches into a sequence, as far as one requires what only another one fetches', () => {
  expect(
    ordered({
      kind: 'Sequence',
      nodes: [fetchT, { kind: 'Parallel', nodes: [fetchD, fetchB, fetchA, fetchFree] }],
    }),
  ).toEqual({
    kind: 'Sequence',
    nodes: [
      fetchT,
      {
        kind: 'Sequence',
        nodes: [
          { kind: 'Parallel', nodes: [fetchA, fetchFree] },
          { kind: 'Sequence', nodes: [fetchB, fetchD] },
        ],
      },
    ],
  });
});

test('leaves parallel fetches beside each other where the field was fetched before, or where they form a circle', () => {
  const before: PlanNode = {
    kind: 'Sequence',
    nodes: [fetchT, fetchA, { kind: 'Parallel', nodes: [fetchA, fetchB] }],
  };
  expect(ordered(structuredClone(before))).toEqual(before);
  const circle: PlanNode = {
    kind: 'Parallel',
    nodes: [fetchB, buildEntityFetch('a', ['t'], 'a', ['id', 'b'])],
  };
  expect(ordered(structuredClone(circle))).toEqual(circle);
});
