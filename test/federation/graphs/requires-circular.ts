// Entities that refer to each other, and fields that require what lies on the other side of the circle.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const posts = [
  { id: 'p1', author: { id: 'u1' } },
  { id: 'p2', author: { id: 'u2' } },
  { id: 'p3', author: null },
];
const users = [
  { id: 'u1', years: 5, posts: [{ id: 'p1' }] },
  { id: 'u2', years: 0, posts: [{ id: 'p2' }, { id: 'p1' }] },
];

interface Author {
  years: number;
}

export const graph: FederationGraph = {
  about: '@requires around a circle of references',
  subgraphs: {
    posts: {
      sdl: `${link}
        type Query { posts: [Post!]! }
        type Post @key(fields: "id") {
          id: ID!
          author: User
          byExpert: Boolean @requires(fields: "author { years }")
          byNovice: Boolean @requires(fields: "author { years }")
        }
        type User @key(fields: "id") { id: ID! years: Int! @external }`,
      resolvers: {
        Query: { posts: () => posts },
        Post: {
          __resolveReference: ({ id, author }: { id: string; author?: Author | null }) => ({
            ...byKey(posts, 'id')({ id }),
            // As it came with the reference: required, and not known here.
            ...(author === undefined ? {} : { author }),
          }),
          author: ({ id }: { id: string }) => byKey(posts, 'id')({ id })?.author,
          byExpert: ({ author }: { author: Author | null }) => author && author.years > 3,
          byNovice: ({ author }: { author: Author | null }) => author && author.years < 1,
        },
        User: { __resolveReference: (reference: object) => ({ ...reference }) },
      },
    },
    users: {
      sdl: `${link}
        type Query { users: [User!]! }
        type User @key(fields: "id") { id: ID! years: Int! posts: [Post!]! expert: Boolean @requires(fields: "posts { byNovice }") }
        type Post @key(fields: "id") { id: ID! byNovice: Boolean @external }`,
      resolvers: {
        Query: { users: () => users },
        User: {
          __resolveReference: ({ id, posts: known }: { id: string; posts?: unknown }) => ({
            ...byKey(users, 'id')({ id }),
            required: known,
          }),
          expert: ({ required }: { required: { byNovice: boolean | null }[] }) =>
            required.every(({ byNovice }) => byNovice === false),
        },
      },
    },
  },
  questions: [
    {
      query: '{ posts { byExpert } }',
      data: { posts: [{ byExpert: true }, { byExpert: false }, { byExpert: null }] },
    },
    {
      query: '{ posts { byNovice author { id } byExpert } }',
      data: {
        posts: [
          { byNovice: false, author: { id: 'u1' }, byExpert: true },
          { byNovice: true, author: { id: 'u2' }, byExpert: false },
          { byNovice: null, author: null, byExpert: null },
        ],
      },
    },
    {
      query: '{ users { expert posts { author { years expert } } } }',
      data: {
        users: [
          { expert: true, posts: [{ author: { years: 5, expert: true } }] },
          {
            expert: false,
            posts: [{ author: { years: 0, expert: false } }, { author: { years: 5, expert: true } }],
          },
        ],
      },
    },
    {
      query: '{ posts { author { expert posts { byExpert author { id } } } } }',
      data: {
        posts: [
          { author: { expert: true, posts: [{ byExpert: true, author: { id: 'u1' } }] } },
          {
            author: {
              expert: false,
              posts: [
                { byExpert: false, author: { id: 'u2' } },
                { byExpert: true, author: { id: 'u1' } },
              ],
            },
          },
          { author: null },
        ],
      },
    },
  ],
};
