// What a field requires may lie inside objects and lists, and inside other entities.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

interface Line {
  count: number;
  product: { price: number | null } | null;
}

const shops = [
  { id: 's1', home: { country: { code: 'DE', taxes: [19, 7] } } },
  { id: 's2', home: null },
];
const orders = [
  {
    id: 'o1',
    shop: { id: 's1' },
    lines: [
      { count: 2, product: { id: 'p1' } },
      { count: 1, product: { id: 'p2' } },
    ],
  },
  { id: 'o2', shop: { id: 's2' }, lines: [] },
  { id: 'o3', shop: null, lines: [{ count: 4, product: null }, null] },
];
const prices = [
  { id: 'p1', price: 10 },
  { id: 'p2', price: null },
];

export const graph: FederationGraph = {
  about: '@requires of objects, lists and other entities’ fields',
  subgraphs: {
    orders: {
      sdl: `${link}
        type Query { orders: [Order!]! }
        type Order @key(fields: "id") { id: ID! shop: Shop lines: [Line]! }
        type Line { count: Int! product: Product }
        type Product @key(fields: "id", resolvable: false) { id: ID! }
        type Shop @key(fields: "id") { id: ID! home: Home }
        type Home { country: Country! }
        type Country { code: String! taxes: [Int!]! }`,
      resolvers: {
        Query: { orders: () => orders },
        Order: {
          __resolveReference: byKey(orders, 'id'),
          shop: ({ shop }: (typeof orders)[number]) => shop && byKey(shops, 'id')(shop),
        },
        Shop: { __resolveReference: byKey(shops, 'id') },
      },
    },
    prices: {
      sdl: `${link}
        type Product @key(fields: "id") { id: ID! price: Int }`,
      resolvers: { Product: { __resolveReference: byKey(prices, 'id') } },
    },
    billing: {
      sdl: `${link}
        type Query { bills: [Order!]! }
        type Order @key(fields: "id") {
          id: ID!
          shop: Shop @external
          lines: [Line]! @external
          total: Int @requires(fields: "lines { count product { price } }")
          tax: Int @requires(fields: "shop { home { country { code taxes } } }")
        }
        type Line { count: Int! @external product: Product @external }
        type Product @key(fields: "id") { id: ID! price: Int @external }
        type Shop @key(fields: "id") { id: ID! home: Home @external }
        type Home { country: Country! @external }
        type Country { code: String! @external taxes: [Int!]! @external }`,
      resolvers: {
        Query: { bills: () => orders.map(({ id }) => ({ id })) },
        Order: {
          __resolveReference: (reference: object) => ({ ...reference }),
          total: ({ lines }: { lines: (Line | null)[] }) =>
            lines.reduce((sum, line) => sum + (line?.count ?? 0) * (line?.product?.price ?? 1), 0),
          tax: ({
            shop,
          }: {
            shop: { home: { country: { code: string; taxes: number[] } } | null } | null;
          }) => (shop?.home ? shop.home.country.taxes[shop.home.country.code === 'DE' ? 0 : 1] : null),
        },
      },
    },
  },
  questions: [
    {
      query: '{ orders { total tax } }',
      data: {
        orders: [
          { total: 21, tax: 19 },
          { total: 0, tax: null },
          { total: 4, tax: null },
        ],
      },
    },
    {
      query: '{ bills { tax total shop { home { country { taxes } } } lines { count product { price } } } }',
      data: {
        bills: [
          {
            tax: 19,
            total: 21,
            shop: { home: { country: { taxes: [19, 7] } } },
            lines: [
              { count: 2, product: { price: 10 } },
              { count: 1, product: { price: null } },
            ],
          },
          { tax: null, total: 0, shop: { home: null }, lines: [] },
          { tax: null, total: 4, shop: null, lines: [{ count: 4, product: null }, null] },
        ],
      },
    },
    {
      // Only part of what is required is asked for, under another name: neither shows in the other.
      query: '{ orders { lines { n: count } total } }',
      data: {
        orders: [
          { lines: [{ n: 2 }, { n: 1 }], total: 21 },
          { lines: [], total: 0 },
          { lines: [{ n: 4 }, null], total: 4 },
        ],
      },
    },
    {
      query: '{ orders { lines: total shop: tax id: lines { count } } }',
      data: {
        orders: [
          { lines: 21, shop: 19, id: [{ count: 2 }, { count: 1 }] },
          { lines: 0, shop: null, id: [] },
          { lines: 4, shop: null, id: [{ count: 4 }, null] },
        ],
      },
    },
  ],
};
