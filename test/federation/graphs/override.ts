// A field moves from one subgraph to another: the old one still declares it, and is not asked for it any more.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const posts = [
  { id: '1', title: 'One', words: 3, author: 'Ada' },
  { id: '2', title: 'Two', words: 7, author: 'Ben' },
];

function mustNotBeAsked(): never {
  throw new Error('this field has moved away');
}

export const graph: FederationGraph = {
  about: 'a field that has moved to another subgraph',
  subgraphs: {
    old: {
      sdl: `${link}
        type Query { posts: [Post!]! latest: Post }
        interface Titled { title: String! }
        type Post implements Titled @key(fields: "id") { id: ID! title: String! words: Int! author: String @shareable }`,
      resolvers: {
        Query: { posts: () => posts, latest: mustNotBeAsked },
        Post: { __resolveReference: byKey(posts, 'id'), title: mustNotBeAsked, words: mustNotBeAsked },
      },
    },
    young: {
      sdl: `${link}
        type Query { latest: Post @override(from: "old") titled: [Titled!]! }
        interface Titled { title: String! }
        type Post implements Titled @key(fields: "id") {
          id: ID!
          title: String! @override(from: "old")
          author: String @shareable @override(from: "gone")
        }`,
      resolvers: {
        Query: { latest: () => posts[1], titled: () => posts },
        Titled: { __resolveType: () => 'Post' },
        Post: { __resolveReference: byKey(posts, 'id') },
      },
    },
    counter: {
      sdl: `${link}
        type Post @key(fields: "id") {
          id: ID!
          title: String! @external
          words: Int! @override(from: "old") @requires(fields: "title")
        }`,
      resolvers: {
        Post: {
          __resolveReference: (reference: object) => ({ ...reference }),
          words: ({ title }: { title: string }) => title.length,
        },
      },
    },
  },
  questions: [
    {
      query: '{ posts { id title } }',
      data: {
        posts: [
          { id: '1', title: 'One' },
          { id: '2', title: 'Two' },
        ],
      },
    },
    {
      query: '{ latest { words title } posts { words } }',
      data: { latest: { words: 3, title: 'Two' }, posts: [{ words: 3 }, { words: 3 }] },
    },
    {
      query: '{ latest { title author } }',
      data: { latest: { title: 'Two', author: 'Ben' } },
      asks: ['young'],
    },
    {
      query: '{ titled { title ... on Post { words author } } }',
      data: {
        titled: [
          { title: 'One', words: 3, author: 'Ada' },
          { title: 'Two', words: 3, author: 'Ben' },
        ],
      },
    },
  ],
};
