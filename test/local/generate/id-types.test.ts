// Which places of an SDL can have the type of an id. The types that are generated for this graph: test/commands/generate.test.ts.
import { parse, print } from 'graphql';
import { expect, test } from 'vitest';
import { brandIds, findIdFieldProblems, type IdTypes } from '../../../local/generate/id-types.ts';

const sdl = parse(`
  interface Node { id: ID! }
  interface Referred { ref: ID }
  type Query { product(id: ID!): Product }
  type Product implements Node { id: ID! previous: ID count: Int }
  type Offer implements Referred { ref: ID }
  input Filter { after: String }
`);

const readIds = (fields: IdTypes['fields']): IdTypes => ({
  names: new Set(['ProductId']),
  own: new Set(['ProductId']),
  fields,
});

test('a field, an argument and an input field can have the type of an id, also in a type that implements Node', () => {
  const ids = readIds({ 'Product.previous': 'ProductId', 'Filter.after': 'ProductId' });
  const branded = brandIds(sdl, ids);
  expect([...branded.places].toSorted()).toEqual([
    'Filter.after',
    'Product.id',
    'Product.previous',
    'Query.product(id)',
  ]);
  expect(findIdFieldProblems(branded, ids)).toEqual([]);
  expect(print(branded.document)).toContain('previous: ProductId');
});

test('refuses an entry for a type that implements another interface, whose fields keep the types of the interface', () => {
  const ids = readIds({ 'Offer.ref': 'ProductId', 'Product.count': 'ProductId' });
  const branded = brandIds(sdl, ids);
  expect(print(branded.document)).toContain('type Offer implements Referred {\n  ref: ID\n}');
  expect(findIdFieldProblems(branded, ids)).toEqual([
    '"Offer.ref" is in a type that implements an interface, so that its fields have the types of the interface',
    '"Product.count" is no ID or String of schema.graphql',
  ]);
});
