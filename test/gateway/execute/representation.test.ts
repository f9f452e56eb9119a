import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { compileRepresentation, isOfType } from '../../../gateway/execute/representation.ts';

const schema = buildSchema(`
  type Query { node: Node }
  interface Node { id: ID! }
  type Product implements Node { id: ID! size: Size maker: Node }
  type Size { width: Int height: Int }
  type Offer { id: ID! }
  union Item = Product | Offer
`);

const field = (name: string, selections?: object[]) => ({ kind: 'Field', name, selections });
const on = (typeCondition: string, ...selections: object[]) => ({
  kind: 'InlineFragment',
  typeCondition,
  selections,
});
const build = (...requires: object[]) => compileRepresentation(requires as never, schema);

test('copies the type, the key and required fields of an entity, and nothing else', () => {
  const buildRepresentation = build(on('Product', field('__typename'), field('id')));
  expect(buildRepresentation({ __typename: 'Product', id: '1', price: 5 })).toEqual({
    __typename: 'Product',
    id: '1',
  });
});

test('copies nested selections, in lists too, and null as it is', () => {
  const buildRepresentation = build(
    on('Product', field('__typename'), field('size', [field('width')]), field('maker', [field('id')])),
  );
  const size = [{ width: 1, height: 2 }, null];
  expect(buildRepresentation({ __typename: 'Product', size, maker: null })).toEqual({
    __typename: 'Product',
    size: [{ width: 1 }, null],
    maker: null,
  });
});

test('applies a type condition on an interface or a union to each of its types', () => {
  for (const condition of ['Node', 'Item']) {
    const buildRepresentation = build(on(condition, field('__typename'), field('id')));
    expect(buildRepresentation({ __typename: 'Product', id: '1' })).toEqual({
      __typename: 'Product',
      id: '1',
    });
  }
});

test.each([
  ['a field is missing', { __typename: 'Product' }],
  ['the type is missing', { id: '1' }],
  ['no type condition applies', { __typename: 'Offer', id: '1' }],
  ['the type is not in the schema', { __typename: 'Nothing', id: '1' }],
])('returns null when %s', (_reason, entity) => {
  expect(build(on('Product', field('__typename'), field('id')))(entity)).toBeNull();
});

test('reads the fields of each type anew when entities of several types alternate', () => {
  const buildRepresentation = build(
    on('Product', field('__typename'), field('id')),
    on('Offer', field('__typename')),
  );
  const types = ['Product', 'Offer', 'Product'];
  const built = types.map((__typename) => buildRepresentation({ __typename, id: '1' }));
  expect(built).toEqual([
    { __typename: 'Product', id: '1' },
    { __typename: 'Offer' },
    { __typename: 'Product', id: '1' },
  ]);
});

test.each([
  ['Product', 'Product', true],
  ['Product', 'Node', true],
  ['Product', 'Item', true],
  ['Offer', 'Node', false],
  ['Node', 'Product', false],
  [undefined, 'Node', false],
  ['Nothing', 'Node', false],
])('an object of type %s meets the condition %s: %s', (type, condition, expected) => {
  expect(isOfType(schema, type, condition)).toBe(expected);
});
