import { buildSchema, type GraphQLCompositeType, Kind, parse } from 'graphql';
import { expect, test } from 'vitest';
import { indexFragments } from '../../../gateway/fragments.ts';
import { collectFields } from '../../../gateway/plan/selections.ts';

const schema = buildSchema(`
  type Query { node: Node found: Found }
  interface Node { id: ID! }
  type User implements Node { id: ID! name: String }
  type Tag implements Node { id: ID! label: String }
  union Found = User | Tag
`);

/** The response keys with the number of fields behind each. */
function collect(typeName: string, ...texts: string[]): [string, number][] {
  const documents = texts.map((text) => parse(text));
  const sets = documents.map(({ definitions: [first] }) => {
    if (first?.kind !== Kind.OPERATION_DEFINITION) throw new Error('a text starts with its operation');
    return first.selectionSet;
  });
  const fragments = new Map(documents.flatMap((document) => [...indexFragments(document)]));
  const type = schema.getType(typeName) as GraphQLCompositeType;
  return [...collectFields(schema, type, sets, fragments)].map(([key, fields]) => [key, fields.length]);
}

test('collects fields by response key, in the order of the operation, from all sets', () => {
  expect(collect('User', '{ b: id a: name b: id }', '{ a: name id }')).toEqual([
    ['b', 2],
    ['a', 2],
    ['id', 1],
  ]);
});

test('follows the fragments whose type condition the type meets', () => {
  const text =
    '{ ... on Node { id } ... on User { name } ... on Tag { label } ... on Found { found: id } ... { all: id } }';
  expect(collect('User', text).map(([key]) => key)).toEqual(['id', 'name', 'found', 'all']);
  expect(collect('Node', text).map(([key]) => key)).toEqual(['id', 'all']);
});

test('follows a spread once', () => {
  expect(collect('User', '{ ...F ...F name } fragment F on User { name }')).toEqual([['name', 2]]);
});

test('leaves out what a constant condition skips', () => {
  const text =
    '{ id @skip(if: true) name @skip(if: false) ... @include(if: false) { a: id } ...F @include(if: true) } fragment F on User { b: id }';
  expect(collect('User', text).map(([key]) => key)).toEqual(['name', 'b']);
});
