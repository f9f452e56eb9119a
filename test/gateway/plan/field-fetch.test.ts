import type { FetchNode } from '@apollo/query-planner';
import { expect, test } from 'vitest';
import { getFetchedFields, parseFetch } from '../../../gateway/plan/fetched-fields.ts';
import { buildFieldFetch, removeFields } from '../../../gateway/plan/field-fetch.ts';
import { readRequiredFields } from '../../../gateway/plan/required-fields.ts';
import { required } from '../../support/required.ts';
import { buildFetch, chainedSdl } from './chained-requires.ts';

const requiredFields = readRequiredFields(chainedSdl);

function open(node: FetchNode) {
  const fetch = { node, path: [] };
  const document = parseFetch(fetch);
  const fields = getFetchedFields(fetch, document, requiredFields.types);
  const find = (name: string) =>
    required(
      fields.find(({ field }) => field.name.value === name),
      name,
    );
  return { fetch, document, find };
}

test('fetches a field by the key of its entity, with what it requires and the variables that it uses', () => {
  const node = {
    ...buildFetch('b', 'query Q__b__0($n:Int,$m:Int){ts{b(times:$n) free}}'),
    operationName: 'Q__b__0',
  };
  const { fetch, document, find } = open(node);
  const flatten = required(buildFieldFetch(fetch, document, find('b'), requiredFields), 'a fetch');
  expect(flatten.path).toEqual(['ts', '@']);
  expect(flatten.node).toEqual({
    kind: 'Fetch',
    serviceName: 'b',
    requires: [
      {
        kind: 'InlineFragment',
        typeCondition: 'T',
        selections: ['__typename', 'id', 'a'].map((name) => ({ kind: 'Field', name })),
      },
    ],
    variableUsages: ['n'],
    operation:
      'query Q__b__0__b($representations:[_Any!]!$n:Int){_entities(representations:$representations){...on T{b(times:$n)}}}',
    operationKind: 'query',
    operationName: 'Q__b__0__b',
  });
});

test('builds no fetch for a field that requires nothing, and for one whose type has no key in the subgraph', () => {
  const { fetch, document, find } = open(buildFetch('b', '{t{free}}'));
  expect(buildFieldFetch(fetch, document, find('free'), requiredFields)).toBeUndefined();
  const withoutKeys = { ...requiredFields, getKey: () => undefined };
  const other = open(buildFetch('b', '{t{c}}'));
  expect(buildFieldFetch(other.fetch, other.document, other.find('c'), withoutKeys)).toBeUndefined();
});

test('removes fields from a fetch, with the variables that only they use, and fetches their keys once', () => {
  const { fetch, document, find } = open(
    buildFetch('b', 'query($n:Int,$m:Int){ts{id b(times:$n) c free} n(m:$m)}'),
  );
  removeFields(fetch, document, [find('b'), find('c')], requiredFields);
  expect(fetch.node.operation).toBe('query($m:Int){ts{id free __typename}n(m:$m)}');
  expect(fetch.node.variableUsages).toEqual(['m']);
});
