import { type ConstDirectiveNode, parse, print } from 'graphql';
import { expect, test } from 'vitest';
import {
  booleanArgument,
  directivesNamed,
  findField,
  getFieldsTypes,
  getNamedTypeName,
  getSubgraphNames,
  parseFieldSet,
  printFieldSet,
  replaceStringArgument,
  replaceTypes,
  stringArgument,
} from '../../../gateway/supergraph/join-directives.ts';
import { required } from '../../support/required.ts';

const document = parse(`
  enum join__Graph { MY_A @join__graph(name: "my_a", url: "http://a") B }
  type T @join__type(graph: MY_A, key: "id", resolvable: false) @join__type(graph: B) { id: ID! list: [[T!]]! }
  interface I { id: ID! }
  union U = T
`);
const types = getFieldsTypes(document);
const t = required(types.get('T'), 'T');

test('finds objects and interfaces by name, and their fields', () => {
  expect([...types.keys()]).toEqual(['T', 'I']);
  expect(findField(t, 'list')?.name.value).toBe('list');
  expect(findField(t, 'none')).toBeUndefined();
  expect(findField(undefined, 'id')).toBeUndefined();
  expect(getNamedTypeName(required(findField(t, 'list'), 'list').type)).toBe('T');
});

test('reads the arguments of a directive by their kinds', () => {
  const [first, second] = directivesNamed(t, 'join__type') as [ConstDirectiveNode, ConstDirectiveNode];
  expect(directivesNamed(t, 'join__field')).toEqual([]);
  expect([stringArgument(first, 'graph'), stringArgument(first, 'key')]).toEqual(['MY_A', 'id']);
  expect([booleanArgument(first, 'resolvable'), stringArgument(first, 'resolvable')]).toEqual([
    false,
    undefined,
  ]);
  expect([booleanArgument(second, 'resolvable'), stringArgument(second, 'key')]).toEqual([
    undefined,
    undefined,
  ]);
});

test('replaces an argument in a copy of the directive', () => {
  const [first] = directivesNamed(t, 'join__type') as [ConstDirectiveNode];
  expect(print(replaceStringArgument(first, 'key', 'upc'))).toBe(
    '@join__type(graph: MY_A, key: "upc", resolvable: false)',
  );
  expect(stringArgument(first, 'key')).toBe('id');
});

test('replaces types in a copy of the document', () => {
  const replaced = replaceTypes(document, new Map([['T', { ...t, fields: [] }]]));
  expect(getFieldsTypes(replaced).get('T')?.fields).toEqual([]);
  expect(replaced.definitions.map(({ kind }) => kind)).toEqual(document.definitions.map(({ kind }) => kind));
  expect(types.get('T')?.fields).toHaveLength(2);
});

test('parses a field set with and without braces, and prints it without', () => {
  for (const text of ['id org { id }', '{ id org { id } }'])
    expect(printFieldSet(parseFieldSet(text))).toBe('id org{id}');
});

test('names the subgraphs by their values of join__Graph', () => {
  expect([...getSubgraphNames(document)]).toEqual([
    ['MY_A', 'my_a'],
    ['B', 'B'],
  ]);
  expect([...getSubgraphNames(parse('type Query { a: Int }'))]).toEqual([]);
});
