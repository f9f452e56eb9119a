// A value type whose fields lie in different subgraphs has no key of its own: the way to them leads over its parent's.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const ids = ['1', '2'].map((id) => ({ id }));
const inA = [
  { id: '1', pid: 'p1', category: { id: 'c1', tags: [{ a: 'red' }, { a: 'blue' }] } },
  { id: '2', pid: 'p2', category: null },
];
const inB = [
  { id: '1', category: { name: 'Light', tags: [{ b: 'RED' }, { b: 'BLUE' }] } },
  { id: '2', category: null },
];
const inC = [
  { pid: 'p1', category: { details: { text: 'long' } } },
  { pid: 'p2', category: null },
];

export const graph: FederationGraph = {
  about: 'a value type whose fields are spread over subgraphs',
  subgraphs: {
    start: {
      sdl: `${link}
        type Query { products: [Product!]! }
        type Product @key(fields: "id") { id: ID! }`,
      resolvers: { Query: { products: () => ids }, Product: { __resolveReference: byKey(ids, 'id') } },
    },
    a: {
      sdl: `${link}
        type Product @key(fields: "id") @key(fields: "pid") { id: ID! pid: ID! category: Category @shareable }
        type Category { id: ID! tags: [Tag!] @shareable }
        type Tag { a: String }`,
      resolvers: { Product: { __resolveReference: byKey(inA, 'id', 'pid') } },
    },
    b: {
      sdl: `${link}
        type Product @key(fields: "id") { id: ID! category: Category @shareable }
        type Category { name: String! tags: [Tag!] @shareable }
        type Tag { b: String }`,
      resolvers: { Product: { __resolveReference: byKey(inB, 'id') } },
    },
    c: {
      sdl: `${link}
        type Product @key(fields: "pid") { pid: ID! category: Category @shareable }
        type Category { details: Details! }
        type Details { text: String! }`,
      resolvers: { Product: { __resolveReference: byKey(inC, 'pid') } },
    },
  },
  questions: [
    {
      query: '{ products { category { name } } }',
      data: { products: [{ category: { name: 'Light' } }, { category: null }] },
      asks: ['b', 'start'],
    },
    {
      query: '{ products { category { id name details { text } } } }',
      data: {
        products: [{ category: { id: 'c1', name: 'Light', details: { text: 'long' } } }, { category: null }],
      },
    },
    {
      // Items of a list have no key either: they are put together by their places.
      query: '{ products { category { tags { a b } } } }',
      data: {
        products: [
          {
            category: {
              tags: [
                { a: 'red', b: 'RED' },
                { a: 'blue', b: 'BLUE' },
              ],
            },
          },
          { category: null },
        ],
      },
    },
    {
      query: '{ products { x: category { details { __typename } } y: category { __typename id } } }',
      data: {
        products: [
          { x: { details: { __typename: 'Details' } }, y: { __typename: 'Category', id: 'c1' } },
          { x: null, y: null },
        ],
      },
    },
  ],
};
