// Two subgraphs know one entity by one key: what the other one knows is fetched, once for each entity.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const products = [
  { id: '1', name: 'Lamp' },
  { id: '2', name: 'Desk' },
  // It has no review, so it does not exist in the subgraph reviews.
  { id: '3', name: 'Sofa' },
];
const reviews = [
  { id: '1', stars: 4, best: { id: 'r1', text: 'Bright' } },
  { id: '2', stars: null, best: null },
];

export const graph: FederationGraph = {
  about: 'an entity with one key',
  subgraphs: {
    products: {
      sdl: `${link}
        type Query { product(id: ID!): Product products: [Product!]! twice: [Product!]! none: [Product!]! }
        type Product @key(fields: "id") { id: ID! name: String! }`,
      resolvers: {
        Query: {
          product: (_: unknown, { id }: { id: string }) => byKey(products, 'id')({ id }),
          products: () => products,
          twice: () => [products[1], products[0], products[1], products[0]],
          none: () => [],
        },
        Product: { __resolveReference: byKey(products, 'id') },
      },
    },
    reviews: {
      sdl: `${link}
        type Query { reviewed: [Product] }
        type Product @key(fields: "id") { id: ID! stars: Int best: Review }
        type Review { id: ID! text: String! about: Product! }`,
      resolvers: {
        Query: { reviewed: () => [reviews[1], null, reviews[0]] },
        Product: { __resolveReference: byKey(reviews, 'id') },
        Review: { about: ({ id }: { id: string }) => reviews.find(({ best }) => best?.id === id) },
      },
    },
  },
  samples: { id: ['1', '2', '3', 'nobody'] },
  questions: [
    {
      query: '{ product(id: "1") { name } }',
      data: { product: { name: 'Lamp' } },
      asks: ['products'],
    },
    {
      query: '{ product(id: "1") { stars name id best { text } } }',
      data: { product: { stars: 4, name: 'Lamp', id: '1', best: { text: 'Bright' } } },
      asks: ['products', 'reviews'],
    },
    {
      query: '{ product(id: "1") { stars } }',
      data: { product: { stars: 4 } },
    },
    {
      query: '{ product(id: "nobody") { stars name } }',
      data: { product: null },
      asks: ['products'],
    },
    {
      query: '{ products { stars best { id } } none { stars } }',
      data: {
        products: [
          { stars: 4, best: { id: 'r1' } },
          { stars: null, best: null },
          { stars: null, best: null },
        ],
        none: [],
      },
    },
    {
      query: '{ twice { stars id } }',
      data: {
        twice: [
          { stars: null, id: '2' },
          { stars: 4, id: '1' },
          { stars: null, id: '2' },
          { stars: 4, id: '1' },
        ],
      },
    },
    {
      query: '{ reviewed { name best { about { name stars best { about { name } } } } } }',
      data: {
        reviewed: [
          { name: 'Desk', best: null },
          null,
          {
            name: 'Lamp',
            best: { about: { name: 'Lamp', stars: 4, best: { about: { name: 'Lamp' } } } },
          },
        ],
      },
    },
    {
      query: '{ none { stars } }',
      data: { none: [] },
      asks: ['products'],
    },
  ],
};
