// Names that clients give to fields: the same field twice, and names that the gateway needs for the way to an entity.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const names = [
  { id: '1', name: 'Lamp', size: 3 },
  { id: '2', name: 'Desk', size: 9 },
];
const codes = [
  { id: '1', upc: 'u1' },
  { id: '2', upc: 'u2' },
];
const prices = [
  { upc: 'u1', price: 10, size: 3 },
  { upc: 'u2', price: 20, size: 9 },
];

export const graph: FederationGraph = {
  about: 'aliases, also those that are the names of other fields',
  subgraphs: {
    names: {
      sdl: `${link}
        type Query { named: [Product!]! product(id: ID!): Product }
        type Product @key(fields: "id") { id: ID! name(upper: Boolean = false): String! size: Int! }`,
      resolvers: {
        Query: {
          named: () => names,
          product: (_: unknown, { id }: { id: string }) => byKey(names, 'id')({ id }),
        },
        Product: {
          __resolveReference: byKey(names, 'id'),
          name: ({ name }: { name: string }, { upper }: { upper: boolean }) =>
            upper ? name.toUpperCase() : name,
        },
      },
    },
    codes: {
      sdl: `${link}
        type Query { coded: [Product!]! }
        type Product @key(fields: "id") @key(fields: "upc") { id: ID! upc: ID! }`,
      resolvers: {
        Query: { coded: () => codes },
        Product: { __resolveReference: byKey(codes, 'id', 'upc') },
      },
    },
    prices: {
      sdl: `${link}
        type Query { priced: [Product!]! }
        type Product @key(fields: "upc") {
          upc: ID!
          price: Int
          size: Int! @external
          freight(perUnit: Int = 1): Int @requires(fields: "size")
        }`,
      resolvers: {
        Query: { priced: () => prices.map(({ upc, price }) => ({ upc, price })) },
        Product: {
          __resolveReference: ({ upc, size }: { upc: string; size?: number }) => ({
            ...byKey(prices, 'upc')({ upc }),
            size,
          }),
          freight: ({ size }: { size: number }, { perUnit }: { perUnit: number }) => size * perUnit,
        },
      },
    },
  },
  samples: { id: ['1', '2'] },
  questions: [
    {
      query:
        '{ a: product(id: "1") { x: name y: name(upper: true) price } b: product(id: "2") { x: price y: name price } }',
      data: {
        a: { x: 'Lamp', y: 'LAMP', price: 10 },
        b: { x: 20, y: 'Desk', price: 20 },
      },
    },
    {
      query: '{ product(id: "1") { one: freight two: freight(perUnit: 2) freight(perUnit: 3) } }',
      data: { product: { one: 3, two: 6, freight: 9 } },
    },
    {
      // Each name is that of a key on the way.
      query: '{ priced { id: name name: id upc: price } }',
      data: {
        priced: [
          { id: 'Lamp', name: '1', upc: 10 },
          { id: 'Desk', name: '2', upc: 20 },
        ],
      },
    },
    {
      query: '{ named { id: size price upc: name(upper: true) } }',
      data: {
        named: [
          { id: 3, price: 10, upc: 'LAMP' },
          { id: 9, price: 20, upc: 'DESK' },
        ],
      },
    },
    {
      // A field that another one requires, under another one's name.
      query: '{ priced { size: name freight name: size } }',
      data: {
        priced: [
          { size: 'Lamp', freight: 3, name: 3 },
          { size: 'Desk', freight: 9, name: 9 },
        ],
      },
    },
    {
      // What an entity is, no client says.
      query: '{ named { __typename: price kind: __typename } }',
      data: undefined,
      errors: [{ code: 'GRAPHQL_VALIDATION_FAILED' }],
    },
    {
      query:
        'query($id: ID!) { name: product(id: $id) { ...A ...B } } fragment A on Product { upc: size price } fragment B on Product { upc: size id: upc }',
      variables: { id: '2' },
      data: { name: { upc: 9, price: 20, id: 'u2' } },
    },
    {
      // One name twice for different things is a mistake, wherever the things come from.
      query: '{ named { x: price x: size } }',
      data: undefined,
      errors: [{ code: 'GRAPHQL_VALIDATION_FAILED' }],
    },
  ],
};
