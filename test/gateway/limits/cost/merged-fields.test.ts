import { buildSchema, type DocumentNode, isCompositeType, Kind, parse, print } from 'graphql';
import { expect, test } from 'vitest';
import { indexFragments } from '../../../../gateway/fragments.ts';
import { InputValues } from '../../../../gateway/limits/cost/argument-cost.ts';
import { collectMergedFields } from '../../../../gateway/limits/cost/merged-fields.ts';
import { required } from '../../../support/required.ts';

const schema = buildSchema(`
  type Query { node: Node }
  interface Node { id: ID }
  type Book implements Node { id: ID title: String author: Author }
  type Author implements Node { id: ID name: String }
`);

/** Each merged field as `Type.responseName`, and the texts of its nodes. */
function merge(text: string, variables: Record<string, unknown> = {}, parent = 'Book'): [string, string[]][] {
  const document: DocumentNode = parse(text);
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('the operation comes first');
  const type = required(schema.getType(parent), parent);
  if (!isCompositeType(type)) throw new Error(`${parent} has no fields`);
  const fields = collectMergedFields(
    schema,
    type,
    [operation.selectionSet],
    indexFragments(document),
    new InputValues(variables),
  );
  return [...fields].map(({ parent: on, nodes }) => [
    `${on.name}.${nodes[0].alias?.value ?? nodes[0].name.value}`,
    nodes.map((node) => print(node).replaceAll(/\s+/g, ' ')),
  ]);
}

test('merges fields with the same response name', () => {
  expect(merge('{ title author { id } author { name } }')).toEqual([
    ['Book.title', ['title']],
    ['Book.author', ['author { id }', 'author { name }']],
  ]);
});

test('keeps fields apart that have different response names or different types', () => {
  const text = '{ id other: id ... on Book { id } ... on Author { id } }';
  expect(merge(text, {}, 'Node')).toEqual([
    ['Node.id', ['id']],
    ['Node.other', ['other: id']],
    ['Book.id', ['id']],
    ['Author.id', ['id']],
  ]);
});

test('expands each fragment once, however often it is spread', () => {
  expect(merge('{ ...A ...A ... { ...A } } fragment A on Book { title }')).toEqual([
    ['Book.title', ['title']],
  ]);
});

test('ends when fragments form a cycle, and ignores a fragment or a type that does not exist', () => {
  const text =
    '{ ...A ...None ... on Nothing { id } } fragment A on Book { title ...B } fragment B on Book { ...A }';
  expect(merge(text)).toEqual([['Book.title', ['title']]]);
});

test.each([
  ['{ title @skip(if: true) id }', {}, ['Book.id']],
  ['{ title @include(if: false) id }', {}, ['Book.id']],
  ['{ title @skip(if: false) id @include(if: true) }', {}, ['Book.title', 'Book.id']],
  ['query($v: Boolean!) { title @include(if: $v) id @skip(if: $v) }', { v: true }, ['Book.title']],
  ['query($v: Boolean!) { title @include(if: $v) id @skip(if: $v) }', { v: false }, ['Book.id']],
  [
    '{ ... @skip(if: true) { title } ...A @include(if: false) id } fragment A on Book { title }',
    {},
    ['Book.id'],
  ],
  ['{ title @other(if: true) }', {}, ['Book.title']],
])('leaves out what is excluded in %s with %j', (text, variables, names) => {
  expect(merge(text, variables).map(([name]) => name)).toEqual(names);
});
