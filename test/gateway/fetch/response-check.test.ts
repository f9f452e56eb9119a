import { buildSchema, parse } from 'graphql';
import { expect, test } from 'vitest';
import { buildResponseCheck } from '../../../gateway/fetch/response-check.ts';
import { required } from '../../support/required.ts';

const schema = buildSchema(`
  type Query { pet: Pet dog: Dog many: [[Int!]] }
  interface Pet { id: ID! name: String }
  type Dog implements Pet { id: ID! name: String! size: Int! owner: Owner }
  type Cat implements Pet { id: ID! name: String }
  type Owner { name: String! age: Int }
`);

function check(query: string, data: unknown, variables: Record<string, unknown> = {}) {
  const answer = { data } as never;
  const found = required(buildResponseCheck(schema, parse(query)), 'the query fits').check(
    answer,
    variables,
    () => false,
  );
  return { data: found.data, faults: found.faults.map((path) => path.join('.')), isLost: found.isLost };
}
const fine = (data: unknown) => ({ data, faults: [], isLost: false });

test.each([
  ['{ pet { name } }', { pet: { name: null } }],
  ['{ pet { __typename id ... on Dog { size } } }', { pet: { __typename: 'Cat', id: '1' } }],
  ['{ pet { __typename id ... on Dog { size } } }', { pet: { __typename: 'Dog', id: '1', size: 2 } }],
  ['{ pet { id ... on Dog { size } } }', { pet: { id: '1' } }],
  ['query ($x: Boolean!) { dog { id size @skip(if: $x) } }', { dog: { id: '1' } }],
  ['query ($x: Boolean!) { dog { id ... on Dog @include(if: $x) { size } } }', { dog: { id: '1' } }],
  // What stands inside a field that is skipped is not asked for by another field of the same name.
  ['query ($x: Boolean!) { dog { id } dog @skip(if: $x) { size } }', { dog: { id: '1' } }],
  ['{ dog { ... @skip(if: true) { size } id } }', { dog: { id: '1' } }],
  ['{ dog { ...D } } fragment D on Dog { kennel: id }', { dog: { kennel: 5 } }],
  ['{ many }', { many: [[1], null, []] }],
  ['{ dog { ... on Pet { name } } }', { dog: {} }],
])('takes for fine what fits %s', (query, data) => {
  expect(check(query, structuredClone(data))).toEqual(fine(data));
});

test.each([
  ['{ dog { ...D } } fragment D on Dog { size }', { dog: {} }, 'dog.size', { dog: {} }],
  [
    '{ pet { __typename ... on Dog { name } } }',
    { pet: { __typename: 'Dog', name: null } },
    'pet.name',
    { pet: { __typename: 'Dog', name: null } },
  ],
  ['{ pet { __typename id } }', { pet: { __typename: 'Owner', id: '1' } }, 'pet', { pet: null }],
  [
    '{ dog { owner { age } } dog { owner { name } } }',
    { dog: { owner: { age: 1 } } },
    'dog.owner.name',
    { dog: { owner: { age: 1 } } },
  ],
  [
    '{ dog { owner { age } } }',
    { dog: { owner: { age: '1' } } },
    'dog.owner.age',
    { dog: { owner: { age: null } } },
  ],
  [
    '{ many }',
    {
      many: [
        [1, null],
        [2, '3'],
      ],
    },
    'many.0.1,many.1.1',
    {
      many: [
        [1, null],
        [2, null],
      ],
    },
  ],
  ['{ many }', { many: [1] }, 'many.0', { many: [null] }],
])('finds what does not fit %s, and puts null in its place', (query, data, faults, left) => {
  const found = check(query, data);
  expect(found.faults.join()).toBe(faults);
  expect(found.data).toEqual(left);
});

test('knows the type of an entity that does not say it from what was asked', () => {
  const query = `query ($representations: [_Any!]!) {
    _entities(representations: $representations) { ... on Dog { size } ... on Cat { name } }
  }`;
  const representations = ['Dog', 'Cat', 'Dog'].map((__typename) => ({ __typename, id: '1' }));
  const data = { _entities: [{ size: null }, { name: null }, null] };
  expect(check(query, data, { representations }).faults).toEqual(['_entities.0.size']);
});

test('says where everything would have been, by what @skip and @include leave of it', () => {
  const places = (query: string, variables: Record<string, unknown>) =>
    required(buildResponseCheck(schema, parse(query)), 'the query fits').places(variables);
  const query =
    'query ($x: Boolean = true) { dog { id } other: dog @skip(if: $x) { id } pet @include(if: $x) { id } }';
  expect(places(query, {})).toEqual([['dog'], ['pet']]);
  expect(places(query, { x: false })).toEqual([['dog'], ['other']]);
  const entities = `query ($representations: [_Any!]!) {
    _entities(representations: $representations) { ... on Dog { size name } ... on Cat { name } }
  }`;
  const representations = ['Dog', 'Cat'].map((__typename) => ({ __typename, id: '1' }));
  expect(places(entities, { representations })).toEqual([
    ['_entities', 0],
    ['_entities', 1, 'name'],
  ]);
});

test('has nothing to say of a document without an operation, or of a root that the graph does not have', () => {
  expect(buildResponseCheck(schema, parse('fragment D on Dog { id }'))).toBeUndefined();
  expect(buildResponseCheck(schema, parse('mutation { dog }'))).toBeUndefined();
});
