// What the gateway would ask of whom: the fetches of a plan, byte for byte, with what they need and where they belong.
import { rmSync } from 'node:fs';
import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { planOperation, printSelections } from '../../../checks/plan/plan.ts';
import { composeSupergraph } from '../../../gateway/supergraph/compose.ts';
import { link, openSmallGraph, writeMap } from '../../gateway/small-graph.ts';

const { map, folder } = writeMap({
  products: `${link}
type Query { products(first: Int): [Product!]! product(id: ID!): Product }
type Mutation { rename(id: ID!): Product }
type Product @key(fields: "id") { id: ID! name: String! size: Size! }
type Size { height: Int! width: Int! }`,
  stock: `${link}
type Product @key(fields: "id") {
  id: ID!
  size: Size! @external
  shelf(of: ID): String @requires(fields: "size { width }")
  available: Int!
}
type Size { width: Int! @external }`,
});
const { supergraphSdl } = composeSupergraph(map);
rmSync(folder, { recursive: true });

test('lists each fetch with its text, its variables, the fields it requires and the path of its entities', () => {
  const document = parse('query Shelf($n: Int, $of: ID) { products(first: $n) { name shelf(of: $of) } }');
  const [root, entities, ...more] = planOperation(supergraphSdl, document, 'Shelf');
  expect(more).toEqual([]);
  expect(root).toEqual({
    subgraph: 'products',
    kind: 'query',
    text: 'query Shelf__products__0($n:Int){products(first:$n){__typename id name size{width}}}',
    operationName: 'Shelf__products__0',
    requires: undefined,
    variables: ['n'],
    conditions: [],
    path: [],
  });
  expect(entities).toMatchObject({
    subgraph: 'stock',
    text: 'query Shelf__stock__1($representations:[_Any!]!$of:ID){_entities(representations:$representations){...on Product{shelf(of:$of)}}}',
    variables: ['of'],
    path: ['products', '@'],
  });
  expect(printSelections(entities?.requires ?? [])).toBe('... on Product { __typename id size { width } }');
});

test('lists the conditions under which a fetch is sent', () => {
  const document = parse(
    'query If($with: Boolean!, $not: Boolean!) { product(id: 1) { name ... @include(if: $with) { available @skip(if: $not) } } }',
  );
  const planned = planOperation(supergraphSdl, document);
  const conditions = [{ not: false, with: true }];
  const [entities, ...more] = planned.filter(({ subgraph }) => subgraph === 'stock');
  expect(entities?.conditions).toEqual(conditions);
  expect(more).toEqual([]);
  // Only then the key is asked for, too.
  const withKey = planned.filter(({ text }) => text.includes('__typename id name'));
  expect(withKey.map((fetch) => fetch.conditions)).toEqual([conditions]);
});

test('lists a fetch once when several conditions send it, with the conditions that it depends on', () => {
  const document = parse(
    'query Twice($a: Boolean!, $b: Boolean!) { product(id: 1) { available @include(if: $a) } products { id @include(if: $b) } }',
  );
  const entities = planOperation(supergraphSdl, document).filter(({ subgraph }) => subgraph === 'stock');
  expect(entities.map(({ conditions }) => conditions)).toEqual([[{ a: true }]]);
});

test('plans mutations in order and introspection without a fetch, and refuses an operation that does not fit the graph', () => {
  const twice = parse('mutation Twice { a: rename(id: 1) { id } b: rename(id: 2) { available } }');
  // Each with all of its answer before the next, which may change it.
  expect(planOperation(supergraphSdl, twice).map(({ subgraph, kind }) => [subgraph, kind])).toEqual([
    ['products', 'mutation'],
    ['products', 'mutation'],
    ['stock', 'query'],
  ]);
  expect(planOperation(supergraphSdl, parse('{ __schema { queryType { name } } }'))).toEqual([]);
  expect(() => planOperation(supergraphSdl, parse('{ nothing }'))).toThrow('Cannot query field "nothing"');
});

test('lists, byte for byte, the fetches of a gateway that corrects its planner', async () => {
  const subgraphs = {
    products: {
      sdl: `${link}
type Query { product: Product }
type Product @key(fields: "id") { id: ID! name: String! price(currency: String!): Int! }`,
      resolvers: {
        Query: { product: () => ({ id: '1', name: 'Pen' }) },
        Product: {
          __resolveReference: (reference: object) => ({ ...reference, name: 'Pen' }),
          price: (_: object, { currency }: { currency: string }) => (currency === 'EUR' ? 10 : 12),
        },
      },
    },
    shipping: {
      sdl: `${link}
type Product @key(fields: "id") {
  id: ID!
  price(currency: String!): Int! @external
  inEuro: Int @requires(fields: "price(currency: \\"EUR\\")")
  inDollars: Int @requires(fields: "price(currency: \\"USD\\")")
}`,
      resolvers: {
        Product: {
          __resolveReference: (reference: object) => reference,
          inEuro: ({ price }: { price: number }) => price,
          inDollars: ({ price }: { price: number }) => price,
        },
      },
    },
  };
  const query =
    'query Cost($skip: Boolean = false) { product { id: name inEuro inDollars ... on Product @skip(if: $skip) { name } } }';
  const graph = await openSmallGraph(subgraphs);
  const { data } = (await (await graph.post({ query })).json()) as { data: unknown };
  expect(data).toEqual({ product: { id: 'Pen', inEuro: 10, inDollars: 12, name: 'Pen' } });
  await graph.post({ query, variables: { skip: true } });
  const written = writeMap({ products: subgraphs.products.sdl, shipping: subgraphs.shipping.sdl });
  const planned = planOperation(composeSupergraph(written.map).supergraphSdl, parse(query), 'Cost');
  rmSync(written.folder, { recursive: true });
  const sent = new Set(graph.asked.map(({ name, operation }) => `${name} ${operation.query}`));
  expect(sent.size).toBe(4);
  expect(new Set(planned.map(({ subgraph, text }) => `${subgraph} ${text}`))).toEqual(sent);
  expect(planned.flatMap(({ requires }) => (requires ? [printSelections(requires)] : []))).toEqual([
    '... on Product { __typename id price }',
    '... on Product { __typename id price }',
  ]);
  await graph.close();
});
