// Fields computed from fields of other subgraphs, which are themselves computed: c needs b, b needs a.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const products = [
  { id: '1', weight: 5 },
  // Without a weight nothing can be computed.
  { id: '2', weight: null },
  { id: '3', weight: 0 },
];

type Known = Readonly<Record<string, number | null>>;
const asSent = (reference: object) => ({ ...reference });

export const graph: FederationGraph = {
  about: '@requires of fields that have @requires themselves',
  subgraphs: {
    a: {
      sdl: `${link}
        type Query { products: [Product!]! }
        type Product @key(fields: "id") { id: ID! weight: Int }`,
      resolvers: {
        Query: { products: () => products },
        Product: { __resolveReference: byKey(products, 'id') },
      },
    },
    b: {
      sdl: `${link}
        type Query { bs: [Product!]! }
        type Product @key(fields: "id") {
          id: ID!
          weight: Int @external
          freight: Int @requires(fields: "weight")
          heavy: Boolean! @requires(fields: "weight")
          stock: Int
        }`,
      resolvers: {
        Query: { bs: () => products.map(({ id }) => ({ id })) },
        Product: {
          __resolveReference: asSent,
          freight: ({ weight }: Known) => (weight == null ? null : weight * 2),
          heavy: ({ weight }: Known) => (weight ?? 0) > 3,
          stock: ({ id }: { id: string }) => Number(id) * 10,
        },
      },
    },
    c: {
      sdl: `${link}
        type Product @key(fields: "id") {
          id: ID!
          weight: Int @external
          freight: Int @external
          total: Int @requires(fields: "freight weight")
        }`,
      resolvers: {
        Product: {
          __resolveReference: asSent,
          total: ({ freight, weight }: Known) =>
            freight == null || weight == null ? null : freight + weight,
        },
      },
    },
    d: {
      sdl: `${link}
        type Query { ds: [Product!]! }
        type Product @key(fields: "id") {
          id: ID!
          total: Int @external
          stock: Int @external
          heavy: Boolean! @external
          load: Int @requires(fields: "total stock heavy")
        }`,
      resolvers: {
        Query: { ds: () => products.map(({ id }) => ({ id })) },
        Product: {
          __resolveReference: asSent,
          load: ({ total, stock, heavy }: Known) =>
            total == null || stock == null ? null : total + stock + (heavy ? 1000 : 0),
        },
      },
    },
  },
  questions: [
    {
      query: '{ products { freight heavy } }',
      data: {
        products: [
          { freight: 10, heavy: true },
          { freight: null, heavy: false },
          { freight: 0, heavy: false },
        ],
      },
      asks: ['a', 'b'],
    },
    {
      query: '{ products { load } }',
      data: { products: [{ load: 1025 }, { load: null }, { load: 30 }] },
      asks: ['a', 'b', 'c', 'd'],
    },
    {
      query: '{ ds { load weight total freight } }',
      data: {
        ds: [
          { load: 1025, weight: 5, total: 15, freight: 10 },
          { load: null, weight: null, total: null, freight: null },
          { load: 30, weight: 0, total: 0, freight: 0 },
        ],
      },
    },
    {
      // Back where it came from: b is asked, then a, then b again.
      query: '{ bs { stock freight total } }',
      data: {
        bs: [
          { stock: 10, freight: 10, total: 15 },
          { stock: 20, freight: null, total: null },
          { stock: 30, freight: 0, total: 0 },
        ],
      },
    },
    {
      query: '{ bs { a: load b: total c: load } }',
      data: {
        bs: [
          { a: 1025, b: 15, c: 1025 },
          { a: null, b: null, c: null },
          { a: 30, b: 0, c: 30 },
        ],
      },
    },
  ],
};
