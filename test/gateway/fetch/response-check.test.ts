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
  const responseCheck = required(buildResponseCheck(schema, parse(query)), 'the query fits');
  const checked = responseCheck.check({ data } as never, variables, () => false);
  const invalidPaths = checked.invalidPaths.map((path) => path.join('.'));
  return { data: checked.data, invalidPaths, isUnusable: checked.isUnusable };
}
const valid = (data: unknown) => ({ data, invalidPaths: [], isUnusable: false });

test.each([
  ['{ pet { name } }', { pet: { name: null } }],
  ['{ pet { __typename id ... on Dog { size } } }', { pet: { __typename: 'Cat', id: '1' } }],
  ['{ pet { __typename id ... on Dog { size } } }', { pet: { __typename: 'Dog', id: '1', size: 2 } }],
  ['{ pet { id ... on Dog { size } } }', { pet: { id: '1' } }],
  ['query ($x: Boolean!) { dog { id size @skip(if: $x) } }', { dog: { id: '1' } }],
  ['query ($x: Boolean!) { dog { id ... on Dog @include(if: $x) { size } } }', { dog: { id: '1' } }],
  // The selections of a skipped field do not belong to another field of the same name.
  ['query ($x: Boolean!) { dog { id } dog @skip(if: $x) { size } }', { dog: { id: '1' } }],
  ['{ dog { ... @skip(if: true) { size } id } }', { dog: { id: '1' } }],
  ['{ dog { ...D } } fragment D on Dog { kennel: id }', { dog: { kennel: 5 } }],
  ['{ many }', { many: [[1], null, []] }],
  ['{ dog { ... on Pet { name } } }', { dog: {} }],
])('accepts data that fits %s', (query, data) => {
  expect(check(query, structuredClone(data))).toEqual(valid(data));
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
])(
  'reports the values that do not fit %s, and puts null in their place',
  (query, data, invalidPaths, checked) => {
    const found = check(query, data);
    expect(found.invalidPaths.join()).toBe(invalidPaths);
    expect(found.data).toEqual(checked);
  },
);

test('takes the type of an entity without `__typename` from its representation', () => {
  const query = `query ($representations: [_Any!]!) {
    _entities(representations: $representations) { ... on Dog { size } ... on Cat { name } }
  }`;
  const representations = ['Dog', 'Cat', 'Dog'].map((__typename) => ({ __typename, id: '1' }));
  const data = { _entities: [{ size: null }, { name: null }, null] };
  expect(check(query, data, { representations }).invalidPaths).toEqual(['_entities.0.size']);
});

test('gives the path of each expected value, after @skip and @include', () => {
  const expectedPaths = (query: string, variables: Record<string, unknown>) =>
    required(buildResponseCheck(schema, parse(query)), 'the query fits').getExpectedPaths(variables);
  const query =
    'query ($x: Boolean = true) { dog { id } other: dog @skip(if: $x) { id } pet @include(if: $x) { id } }';
  expect(expectedPaths(query, {})).toEqual([['dog'], ['pet']]);
  expect(expectedPaths(query, { x: false })).toEqual([['dog'], ['other']]);
  const entities = `query ($representations: [_Any!]!) {
    _entities(representations: $representations) { ... on Dog { size name } ... on Cat { name } }
  }`;
  const representations = ['Dog', 'Cat'].map((__typename) => ({ __typename, id: '1' }));
  expect(expectedPaths(entities, { representations })).toEqual([
    ['_entities', 0],
    ['_entities', 1, 'name'],
  ]);
});

test('builds no check for a document without an operation, or with a root type that the supergraph does not have', () => {
  expect(buildResponseCheck(schema, parse('fragment D on Dog { id }'))).toBeUndefined();
  expect(buildResponseCheck(schema, parse('mutation { dog }'))).toBeUndefined();
});

const entityQuery = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Dog { name size } }
}`;

function checkEntities(response: object, isRequired: (keys: readonly string[]) => boolean = () => false) {
  const representations = ['1', '2'].map((id) => ({ __typename: 'Dog', id }));
  const responseCheck = required(buildResponseCheck(schema, parse(entityQuery)), 'the query fits');
  return responseCheck.check(response, { representations }, isRequired);
}

test('reports an entity that is null only where the client requires it, by its keys that may not be null', () => {
  const asked: (readonly string[])[] = [];
  const isRequired = (keys: readonly string[]) => asked.push(keys) > 0;
  const response = () => ({ data: { _entities: [null, { name: 'Rex', size: 1 }] } });
  expect(checkEntities(response()).invalidPaths).toEqual([]);
  expect(checkEntities(response(), isRequired).invalidPaths).toEqual([['_entities', 0]]);
  expect(asked).toEqual([['name', 'size']]);
});

test('cannot use a list of entities of another length than that of the representations', () => {
  expect(checkEntities({ data: { _entities: [null] } })).toMatchObject({ data: null, isUnusable: true });
  expect(checkEntities({ data: { _entities: null } })).toMatchObject({ data: null, isUnusable: true });
});

test('reports no value that an error of the subgraph explains: at its path, above it, below it, or without a path', () => {
  const check = (...path: (string | number)[]) =>
    checkEntities({
      data: {
        _entities: [
          { name: 'Tom', size: 'big' },
          { name: 'Rex', size: 1 },
        ],
      },
      errors: [{ message: 'no', path }],
    });
  for (const path of [[], ['_entities'], ['_entities', 0], ['_entities', 0, 'size']])
    expect(check(...path).invalidPaths, path.join('.')).toEqual([]);
  expect(check('_entities', 1).invalidPaths).toEqual([['_entities', 0, 'size']]);
  const below = [{ message: 'no', path: ['_entities', 0, 'size'] }];
  expect(checkEntities({ data: { _entities: ['odd', null] }, errors: below }).invalidPaths).toEqual([]);
  const withoutPath = {
    data: { _entities: [{ name: 'Tom', size: null }, null] },
    errors: [{ message: 'no' }],
  };
  expect(checkEntities(withoutPath).invalidPaths).toEqual([]);
});

test('keeps the valid parts of errors, and takes anything else for an error without a message', () => {
  const errors = (given: unknown) => checkEntities({ data: null, errors: given }).errors;
  expect(errors([{ message: 'no', path: ['a', 0], extensions: { code: 'X' }, more: 1 }])).toEqual([
    { message: 'no', path: ['a', 0], extensions: { code: 'X' } },
  ]);
  expect(errors([{ message: 5, path: ['a', 0.5], extensions: 'x' }, null])).toEqual([
    { message: '' },
    { message: '' },
  ]);
  expect(errors('oops')).toEqual([{ message: '' }]);
  expect(errors(Array.from({ length: 10_001 }, () => ({})))).toHaveLength(10_000);
});
