// Real plans that lack a root field: the supergraph below is not corrected.
import { type FragmentDefinitionNode, getOperationAST, Kind, parse } from 'graphql';
import { expect, test } from 'vitest';
import { createPlanner } from '../../../gateway/plan/planner.ts';
import { createUnplannedRootFinder } from '../../../gateway/planner-fixes/unplanned-root-fields.ts';
import { composeSupergraph } from '../../../gateway/supergraph/compose.ts';
import { required } from '../../support/required.ts';
import { link, writeMap } from '../small-graph.ts';

const { supergraphSdl } = composeSupergraph(
  writeMap({
    a: `${link} type Query { i: I t: T n: Int } type T @key(fields: "id") { id: ID! i: I } interface I { id: ID! }`,
    b: `${link} type Query { k: Int } type T @key(fields: "id") { id: ID! z: Int } interface I { id: ID! x: Int }
      type O implements I { id: ID! x: Int }`,
  }).map,
);
const planner = createPlanner(supergraphSdl);
const findUnplannedRootFields = createUnplannedRootFinder();

function rootsWithoutFetch(query: string, variables?: Record<string, unknown>): string[] {
  const document = parse(query);
  const fragments: Record<string, FragmentDefinitionNode> = {};
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments[node.name.value] = node;
  const plan = planner.plan(document);
  const operation = required(getOperationAST(document), 'the operation');
  const find = () => findUnplannedRootFields(plan, { operation, fragments, variables });
  const first = find();
  // The finder remembers complete plans: the second call finds the same.
  expect(find()).toEqual(first);
  return first;
}

test('finds nothing where every field is fetched', () => {
  expect(rootsWithoutFetch('{ a: n k t { z } ...F __typename } fragment F on Query { b: n }')).toEqual([]);
  expect(rootsWithoutFetch('{ __schema { queryType { name } } }')).toEqual([]);
});

test('finds a root field that no fetch selects, by its alias', () => {
  expect(rootsWithoutFetch('{ mine: i { x } }')).toEqual(['mine']);
  expect(rootsWithoutFetch('{ n t { i { x } } ...F } fragment F on Query { other: i { x } }')).toEqual([
    't',
    'other',
  ]);
});

test('expects only what @skip and @include leave, by the values of the variables and their defaults', () => {
  const query = `query($a: Boolean! = true, $b: Boolean!) {
    n @include(if: $a) k @skip(if: $b) ... @include(if: $b) { x: i { x } } y: i @skip(if: $a) { x } }`;
  expect(rootsWithoutFetch(query, { b: true })).toEqual(['x']);
  expect(rootsWithoutFetch(query, { b: false })).toEqual([]);
  expect(rootsWithoutFetch(query, { a: false, b: false })).toEqual(['y']);
});
