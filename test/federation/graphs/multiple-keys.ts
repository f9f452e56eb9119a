// One subgraph knows the id, another one the upc, a third one both: the way from the first to the second leads through it.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const names = [
  { id: '1', name: 'Lamp' },
  { id: '2', name: 'Desk' },
  // The third subgraph does not know it: the way ends there.
  { id: '3', name: 'Sofa' },
];
const prices = [
  { upc: 'u1', price: 10 },
  { upc: 'u2', price: 20 },
];
const codes = [
  { id: '1', upc: 'u1', code: 'A' },
  { id: '2', upc: 'u2', code: 'B' },
];
const stock = [
  { sku: { shop: 's', number: 1 }, upc: 'u1', count: 5 },
  { sku: { shop: 's', number: 2 }, upc: 'u2', count: 0 },
];

export const graph: FederationGraph = {
  about: 'an entity with keys that differ from subgraph to subgraph',
  subgraphs: {
    names: {
      sdl: `${link}
        type Query { named: [Product!]! }
        type Product @key(fields: "id") { id: ID! name: String! }`,
      resolvers: {
        Query: { named: () => names },
        Product: { __resolveReference: byKey(names, 'id') },
      },
    },
    prices: {
      sdl: `${link}
        type Query { priced: [Product!]! }
        type Product @key(fields: "upc") { upc: ID! price: Int }`,
      resolvers: {
        Query: { priced: () => prices },
        Product: { __resolveReference: byKey(prices, 'upc') },
      },
    },
    codes: {
      sdl: `${link}
        type Query { coded: [Product!]! }
        type Product @key(fields: "id") @key(fields: "upc") { id: ID! upc: ID! code: String }`,
      resolvers: {
        Query: { coded: () => codes },
        Product: { __resolveReference: byKey(codes, 'id', 'upc') },
      },
    },
    stock: {
      sdl: `${link}
        type Query { stocked: [Product!]! }
        type Product @key(fields: "upc") @key(fields: "sku { shop number }") { upc: ID! sku: Sku count: Int }
        type Sku { shop: String! number: Int! }`,
      resolvers: {
        Query: { stocked: () => stock },
        Product: { __resolveReference: byKey(stock, 'upc', 'sku.shop', 'sku.number') },
      },
    },
  },
  questions: [
    {
      query: '{ named { price name } }',
      data: {
        named: [
          { price: 10, name: 'Lamp' },
          { price: 20, name: 'Desk' },
          { price: null, name: 'Sofa' },
        ],
      },
    },
    {
      query: '{ named { count sku { number } price upc } }',
      data: null,
      // upc may not be null, and no subgraph knows the upc of the sofa. So the list is lost, and with it the response.
      errors: [{ path: ['named', 2], code: 'SUBGRAPH_ANSWER_INVALID' }],
    },
    {
      query: '{ priced { name code } coded { name price count } }',
      data: {
        priced: [
          { name: 'Lamp', code: 'A' },
          { name: 'Desk', code: 'B' },
        ],
        coded: [
          { name: 'Lamp', price: 10, count: 5 },
          { name: 'Desk', price: 20, count: 0 },
        ],
      },
    },
    {
      query: '{ stocked { id name price code sku { shop } } }',
      data: {
        stocked: [
          { id: '1', name: 'Lamp', price: 10, code: 'A', sku: { shop: 's' } },
          { id: '2', name: 'Desk', price: 20, code: 'B', sku: { shop: 's' } },
        ],
      },
    },
  ],
};
