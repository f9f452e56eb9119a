import { print } from 'graphql';
import { expect, test } from 'vitest';
import { readRequiredFields, withTypename } from '../../../gateway/plan/required-fields.ts';
import { parseFieldSet } from '../../../gateway/supergraph/join-directives.ts';
import { chainedSdl, compose } from './chained-requires.ts';

const text = (set: Parameters<typeof print>[0] | undefined) => set && print(set).replaceAll(/\s+/g, ' ');

test('reads what a field requires in its subgraph, by the name that the subgraph has in the map', () => {
  const { hasAny, getRequiredSelection, types } = readRequiredFields(chainedSdl);
  expect(hasAny).toBe(true);
  expect(text(getRequiredSelection('b', 'T', 'c'))).toBe('{ d }');
  expect(text(getRequiredSelection('d', 'T', 'd'))).toBe('{ b }');
  expect(getRequiredSelection('b', 'T', 'd')).toBeUndefined();
  expect(getRequiredSelection('b', 'T', 'free')).toBeUndefined();
  expect([...types.keys()]).toEqual(['Query', 'T']);
});

test('takes the first key that the subgraph can resolve', () => {
  const { hasAny, getKey } = readRequiredFields(
    compose({
      my_things: `type Query { t: T } type T @key(fields: "id", resolvable: false) @key(fields: "code org { id }") @key(fields: "upc") {
        id: ID! code: ID! upc: ID! org: Org } type Org { id: ID! }`,
      other: 'type T @key(fields: "id", resolvable: false) { id: ID! } type Query { n: Int }',
    }),
  );
  expect(hasAny).toBe(false);
  expect(text(getKey('my_things', 'T'))).toBe('{ code org { id } }');
  expect(getKey('other', 'T')).toBeUndefined();
  expect(getKey('my_things', 'Org')).toBeUndefined();
});

test('puts __typename before the fields of all sets', () => {
  expect(text(withTypename(parseFieldSet('id'), parseFieldSet('{ a { b } }')))).toBe(
    '{ __typename id a { b } }',
  );
});
