import { Kind, parse, print } from 'graphql';
import { expect, test } from 'vitest';
import {
  findFetches,
  getFetchedFields,
  getFetchedPaths,
  getFieldSetFields,
  getRequiredPaths,
  parseFetch,
  toSelectionSet,
} from '../../../gateway/plan/fetched-fields.ts';
import { getFieldsTypes, parseFieldSet } from '../../../gateway/supergraph/join-directives.ts';
import { buildEntityFetch, buildFetch } from './chained-requires.ts';

const types = getFieldsTypes(
  parse(`type Query { orders: [[Order!]!] me: T } type Mutation { buy: Order }
    type Order { item: T } type T { id: ID! b: Int friends: [T] }`),
);

test('finds the fetches of a plan in order, with the paths of their entities', () => {
  const fetches = findFetches({
    kind: 'Sequence',
    nodes: [
      buildFetch('a', '{me{id}}'),
      {
        kind: 'Flatten',
        path: ['me'],
        node: { kind: 'Parallel', nodes: [buildEntityFetch('b', ['friends', '@'], 'b', ['id'])] },
      },
      {
        kind: 'Condition',
        condition: 'on',
        ifClause: buildFetch('c', '{x}'),
        elseClause: buildFetch('d', '{y}'),
      },
    ],
  });
  expect(fetches.map(({ node, path }) => [node.serviceName, path])).toEqual([
    ['a', []],
    ['b', ['me', 'friends', '@']],
    ['c', []],
    ['d', []],
  ]);
  expect(findFetches(undefined)).toEqual([]);
});

test('gives each field that a root fetch selects its type and its path, by aliases and with a step for each list', () => {
  const fetch = { node: buildFetch('a', '{list:orders{item{...on T{b}}}}'), path: [] };
  const fields = getFetchedFields(fetch, parseFetch(fetch), types);
  expect(
    fields.map(({ field, type, path, isEntityField }) => [field.name.value, type, path, isEntityField]),
  ).toEqual([
    ['orders', 'Query', [], false],
    ['item', 'Order', ['list', '@', '@'], false],
    ['b', 'T', ['list', '@', '@', 'item'], false],
  ]);
  expect([...getFetchedPaths(fetch, types)]).toEqual([' orders', 'list.@.@ item', 'list.@.@.item b']);
});

test('reads the root fields of a mutation from its own type', () => {
  const node = { ...buildFetch('a', 'mutation{buy{item{id}}}'), operationKind: 'mutation' as never };
  expect([...getFetchedPaths({ node, path: [] }, types)]).toEqual([' buy', 'buy item', 'buy.item id']);
});

test('separates the fields that an entity fetch sends to its subgraph from those that it fetches', () => {
  const { node, path } = buildEntityFetch('b', ['me'], 'b friends{id}', ['id']);
  const fetch = { node: node as ReturnType<typeof buildFetch>, path: path.map(String) };
  expect([...getRequiredPaths(fetch, types)]).toEqual(['me __typename', 'me id']);
  expect([...getFetchedPaths(fetch, types)]).toEqual(['me b', 'me friends', 'me.friends.@ id']);
  const fields = getFetchedFields(fetch, parseFetch(fetch), types);
  expect(fields.map(({ isEntityField }) => isEntityField)).toEqual([true, true, false]);
});

test('reads the fields of a field set in a directive', () => {
  const fields = getFieldSetFields(parseFieldSet('id friends { b }'), 'T', ['me'], types);
  expect(fields.map(({ field, path }) => `${path.join('.')} ${field.name.value}`)).toEqual([
    'me id',
    'me friends',
    'me.friends.@ b',
  ]);
});

test('turns the selections of a plan into a selection set', () => {
  const set = toSelectionSet([
    { kind: 'InlineFragment', selections: [{ kind: 'Field', name: 'x' }] },
    {
      kind: 'InlineFragment',
      typeCondition: 'T',
      selections: [{ kind: 'Field', name: 'friends', selections: [{ kind: 'Field', name: 'id' }] }],
    },
  ]);
  expect(set.kind).toBe(Kind.SELECTION_SET);
  expect(print(set).replaceAll(/\s+/g, ' ')).toBe('{ ... { x } ... on T { friends { id } } }');
});
