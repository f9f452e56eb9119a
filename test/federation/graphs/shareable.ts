// Fields and value types that several subgraphs resolve: a subgraph that is called anyway answers them.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const products = [
  { id: '1', name: 'Lamp', price: { amount: '10.00', currency: 'EUR' }, size: { width: 1, height: 2 } },
  { id: '2', name: 'Desk', price: null, size: null },
];

export const graph: FederationGraph = {
  about: 'fields and value types that several subgraphs share',
  subgraphs: {
    catalog: {
      sdl: `${link}
        type Query { products: [Product!]! currency: String! @shareable }
        type Product @key(fields: "id") {
          id: ID!
          name: String! @shareable
          price: Money @shareable
          size: Size
        }
        type Money @shareable { amount: String! currency: String! }
        type Size { width: Int! height: Int! }`,
      resolvers: {
        Query: { products: () => products, currency: () => 'EUR' },
        Product: { __resolveReference: byKey(products, 'id') },
      },
    },
    offers: {
      sdl: `${link}
        type Query { offers: [Offer] currency: String! @shareable }
        type Offer { percent: Int! saves: Money! product: Product! }
        type Product @key(fields: "id") {
          id: ID!
          name: String! @shareable
          price: Money @shareable
          offer: Offer
        }
        type Money @shareable { amount: String! currency: String! }`,
      resolvers: {
        Query: {
          currency: () => 'EUR',
          offers: () => [
            { percent: 5, saves: { amount: '0.50', currency: 'EUR' }, product: products[0] },
            null,
            { percent: 9, saves: { amount: '9.00', currency: 'USD' }, product: products[1] },
          ],
        },
        Product: {
          __resolveReference: byKey(products, 'id'),
          offer: ({ id }: { id: string }) =>
            id === '1'
              ? { percent: 5, saves: { amount: '0.50', currency: 'EUR' }, product: products[0] }
              : null,
        },
      },
    },
  },
  questions: [
    {
      query: '{ offers { product { name price { amount } } } }',
      data: {
        offers: [
          { product: { name: 'Lamp', price: { amount: '10.00' } } },
          null,
          { product: { name: 'Desk', price: null } },
        ],
      },
      asks: ['offers'],
    },
    {
      query: '{ products { name price { currency amount } } currency }',
      data: {
        products: [
          { name: 'Lamp', price: { currency: 'EUR', amount: '10.00' } },
          { name: 'Desk', price: null },
        ],
        currency: 'EUR',
      },
      asks: ['catalog'],
    },
    {
      query:
        '{ offers { saves { currency } product { size { width } price { currency } offer { saves { amount } } } } }',
      data: {
        offers: [
          {
            saves: { currency: 'EUR' },
            product: {
              size: { width: 1 },
              price: { currency: 'EUR' },
              offer: { saves: { amount: '0.50' } },
            },
          },
          null,
          { saves: { currency: 'USD' }, product: { size: null, price: null, offer: null } },
        ],
      },
    },
    {
      query: '{ products { offer { product { size { height } } } price { amount } } }',
      data: {
        products: [
          { offer: { product: { size: { height: 2 } } }, price: { amount: '10.00' } },
          { offer: null, price: null },
        ],
      },
    },
  ],
};
