// Checks one object against the selections of a fetch. What the check makes of whole responses is in response-check.test.ts.
import { buildSchema, type GraphQLObjectType, parse } from 'graphql';
import { expect, test } from 'vitest';
import { readFetchDocument } from '../../../gateway/fetch/selected-fields.ts';
import { ObjectCheck } from '../../../gateway/fetch/value-check.ts';
import { required } from '../../support/required.ts';

const schema = buildSchema(`
  type Query { dog: Dog pet: Pet! tags: [String!] grid: [[Int]!] }
  interface Pet { name: String }
  type Dog implements Pet { name: String size: Int! }
  type Owner { name: String }
`);

function check(query: string, data: unknown) {
  const document = required(readFetchDocument(schema, parse(query)), 'there is an operation');
  const sets = [{ set: document.operation.selectionSet, isCertain: true }];
  const objectCheck = new ObjectCheck(document, sets, schema.getType('Query') as GraphQLObjectType);
  const invalidPaths: string[] = [];
  const state = {
    path: [],
    reportInvalid: (path: readonly (string | number)[]) => invalidPaths.push(path.join('.')),
  };
  return { data: objectCheck.check(data, state), invalidPaths, path: state.path };
}

test('returns valid data itself, without a copy', () => {
  const data = { dog: { size: 1 }, tags: ['a'], grid: [[1, null], []] };
  const checked = check('{ dog { size } tags grid }', data);
  expect(checked.data).toBe(data);
  expect(checked).toEqual({
    data: { dog: { size: 1 }, tags: ['a'], grid: [[1, null], []] },
    invalidPaths: [],
    path: [],
  });
});

test.each([
  ['{ dog { size } }', { dog: 'x' }, ['dog'], { dog: null }],
  ['{ dog { size } }', { dog: { size: '1' } }, ['dog.size'], { dog: { size: null } }],
  ['{ dog { size } }', { dog: {} }, ['dog.size'], { dog: {} }],
  ['{ tags }', { tags: ['a', null, 5] }, ['tags.1', 'tags.2'], { tags: ['a', null, null] }],
  ['{ grid }', { grid: [[1], null, 2] }, ['grid.1', 'grid.2'], { grid: [[1], null, null] }],
  ['{ tags }', {}, ['tags'], {}],
  ['{ pet { name } }', { pet: null }, ['pet'], { pet: null }],
  ['{ pet { name } }', { pet: { __typename: 'Owner', name: 'a' } }, ['pet'], { pet: null }],
  ['{ pet { name } }', { pet: { __typename: 5, name: 'a' } }, ['pet'], { pet: null }],
  ['{ pet { __typename name } }', { pet: { name: 'a' } }, ['pet'], { pet: null }],
])('reports and replaces the invalid values of %s in %j', (query, data, invalidPaths, expected) => {
  expect(check(query, data)).toEqual({ data: expected, invalidPaths, path: [] });
});

test('checks the fields of an object, and never those of a key "__proto__"', () => {
  const data = JSON.parse('{ "dog": { "name": "Rex", "__proto__": { "size": 1 } } }');
  expect(check('{ dog { name size } }', data).invalidPaths).toEqual(['dog.size']);
});
