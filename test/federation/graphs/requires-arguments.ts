// Fields that require another one with arguments, while the client asks for the same one with others: each gets its own.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const products = [
  { id: '1', name: 'Lamp', cents: 100, grams: 500 },
  { id: '2', name: 'Desk', cents: 900, grams: 9000 },
];
const rates: Record<string, number> = { USD: 1, EUR: 2, GBP: 3 };
const divisors: Record<string, number> = { G: 1, KG: 1000 };

type Product = (typeof products)[number];

interface Required {
  price?: number;
  dimensions?: { weight?: number; label?: string };
  tagged?: string;
}

export const graph: FederationGraph = {
  about: 'fields with arguments in what other fields require',
  // Tells whether it was asked for alone.
  unsteady: ['plain'],
  subgraphs: {
    products: {
      sdl: `${link}
        enum Currency { USD EUR GBP }
        enum Unit { G KG }
        input Tags { first: String! rest: [String!]! = [] }
        type Query { products: [Product!]! product(id: ID!): Product pairs: [[Product]] }
        type Product @key(fields: "id") {
          id: ID!
          name: String!
          price(currency: Currency! = USD): Int
          dimensions(scale: Int = 1): Dimensions
          tagged(tags: Tags, list: [Int!]): String
        }
        type Dimensions { weight(unit: Unit = G): Int label(upper: Boolean): String }`,
      resolvers: {
        Query: {
          products: () => products,
          product: (_: unknown, { id }: { id: string }) => byKey(products, 'id')({ id }),
          pairs: () => [[products[0], null], null, [products[1]]],
        },
        Product: {
          __resolveReference: byKey(products, 'id'),
          price: ({ cents }: Product, { currency }: { currency: string }) => cents * (rates[currency] ?? 0),
          dimensions: ({ grams, name }: Product, { scale }: { scale: number }) => ({
            grams: grams * scale,
            name,
          }),
          tagged: ({ name }: Product, given: object) => `${name} ${JSON.stringify(given)}`,
        },
        Dimensions: {
          weight: ({ grams }: { grams: number }, { unit }: { unit: string }) =>
            Math.round(grams / (divisors[unit] ?? 1)),
          label: ({ name }: Product, { upper }: { upper?: boolean }) => (upper ? name.toUpperCase() : name),
        },
      },
    },
    taxes: {
      sdl: `${link}
        enum Currency { USD EUR GBP }
        enum Unit { G KG }
        input Tags { first: String! rest: [String!]! = [] }
        type Product @key(fields: "id") {
          id: ID!
          price(currency: Currency! = USD): Int @external
          dimensions(scale: Int = 1): Dimensions @external
          tagged(tags: Tags, list: [Int!]): String @external
          plain: String
          inUsd: Int @requires(fields: "price")
          inEur(times: Int = 1): Int @requires(fields: "price(currency: EUR)")
          inGbp: Int @requires(fields: "price(currency: GBP)")
          kilos: Int @requires(fields: "dimensions { weight(unit: KG) }")
          grams: Int @requires(fields: "dimensions { weight(unit: G) label }")
          doubled: String @requires(fields: "dimensions(scale: 2) { weight label(upper: true) }")
          tags: String @requires(fields: "tagged(tags: { first: \\"a \\\\\\"b\\\\\\"\\", rest: [\\"c\\"] }, list: [1, 2])")
        }
        type Dimensions { weight(unit: Unit = G): Int @external label(upper: Boolean): String @external }`,
      resolvers: {
        Product: {
          __resolveReference: (reference: object) => reference,
          plain: ({ price, dimensions, tagged }: Required) =>
            price === undefined && dimensions === undefined && tagged === undefined ? 'alone' : 'together',
          inUsd: ({ price }: Required) => price,
          inEur: ({ price = 0 }: Required, { times }: { times: number }) => price * times,
          inGbp: ({ price }: Required) => price,
          kilos: ({ dimensions }: Required) => dimensions?.weight,
          grams: ({ dimensions }: Required) => dimensions?.weight,
          doubled: ({ dimensions }: Required) => `${dimensions?.weight} ${dimensions?.label}`,
          tags: ({ tagged }: Required) => tagged,
        },
      },
    },
  },
  samples: { id: ['1', '2'], currency: ['USD', 'EUR', 'GBP'] },
  questions: [
    {
      query: '{ product(id: "1") { price(currency: GBP) inEur } }',
      data: { product: { price: 300, inEur: 200 } },
      asks: ['products', 'taxes'],
    },
    {
      query: '{ products { inEur inGbp inUsd price } }',
      data: {
        products: [
          { inEur: 200, inGbp: 300, inUsd: 100, price: 100 },
          { inEur: 1800, inGbp: 2700, inUsd: 900, price: 900 },
        ],
      },
    },
    {
      // Aliases of the client's, some of them names of fields that others require.
      query: `query($id: ID!, $times: Int) { product(id: $id) {
        a: inGbp price: inEur(times: 3) b: price(currency: EUR) c: inEur(times: $times) name: plain } }`,
      variables: { id: '2', times: 2 },
      data: { product: { a: 2700, price: 5400, b: 1800, c: 3600, name: 'together' } },
    },
    {
      query: `query($no: Boolean!, $yes: Boolean!) { products { ...A ...B @include(if: $no) ... @skip(if: $no) { inGbp } } }
        fragment A on Product { price(currency: EUR) inUsd ... on Product @include(if: $yes) { kilos } }
        fragment B on Product { inEur tags }`,
      variables: { no: false, yes: true },
      data: {
        products: [
          { price: 200, inUsd: 100, kilos: 1, inGbp: 300 },
          { price: 1800, inUsd: 900, kilos: 9, inGbp: 2700 },
        ],
      },
    },
    {
      query: '{ pairs { inUsd inEur kilos } }',
      data: {
        pairs: [[{ inUsd: 100, inEur: 200, kilos: 1 }, null], null, [{ inUsd: 900, inEur: 1800, kilos: 9 }]],
      },
    },
    {
      query:
        '{ product(id: "2") { dimensions(scale: 3) { weight(unit: KG) label } kilos grams doubled two: dimensions { weight } } }',
      data: {
        product: {
          dimensions: { weight: 27, label: 'Desk' },
          kilos: 9,
          grams: 9000,
          doubled: '18000 DESK',
          two: { weight: 9000 },
        },
      },
    },
    {
      query: '{ product(id: "1") { tags tagged(list: [3]) } }',
      data: {
        product: {
          tags: 'Lamp {"tags":{"first":"a \\"b\\"","rest":["c"]},"list":[1,2]}',
          tagged: 'Lamp {"list":[3]}',
        },
      },
    },
    {
      query: '{ product(id: "1") { price(currency: EUR) plain } }',
      data: { product: { price: 200, plain: 'alone' } },
    },
    {
      // A client cannot select the stand-in of a field.
      query: '{ product(id: "1") { price__82a9248ea388 } }',
      data: undefined,
      errors: [{ code: 'GRAPHQL_VALIDATION_FAILED' }],
    },
  ],
};
