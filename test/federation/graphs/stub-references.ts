// A subgraph that only refers to an entity: its key is `resolvable: false`, and the gateway never fetches one from it.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const users = [
  { id: '1', name: 'Ada' },
  { id: '2', name: 'Ben' },
];
const posts = [
  { id: 'p1', author: { id: '1' }, likers: [{ id: '2' }, { id: '1' }] },
  // A reference that leads nowhere.
  { id: 'p2', author: { id: 'gone' }, likers: [{ id: 'gone' }, { id: '2' }] },
  { id: 'p3', author: null, likers: [] },
];

export const graph: FederationGraph = {
  about: 'a reference to an entity that its subgraph does not resolve',
  subgraphs: {
    users: {
      sdl: `${link}
        type Query { users: [User!]! }
        type User @key(fields: "id") { id: ID! name: String }`,
      resolvers: {
        Query: { users: () => users },
        User: { __resolveReference: byKey(users, 'id') },
      },
    },
    posts: {
      sdl: `${link}
        type Query { posts: [Post!]! }
        type Post @key(fields: "id") { id: ID! author: User likers: [User]! }
        type User @key(fields: "id", resolvable: false) { id: ID! }`,
      resolvers: { Query: { posts: () => posts }, Post: { __resolveReference: byKey(posts, 'id') } },
    },
    texts: {
      sdl: `${link}
        type Query { texts: [Text!]! }
        type Text { body: String! post: Post! }
        type Post @key(fields: "id", resolvable: false) { id: ID! }`,
      resolvers: { Query: { texts: () => [{ body: 'Hello', post: { id: 'p1' } }] } },
    },
  },
  questions: [
    {
      query: '{ posts { author { id } } }',
      data: { posts: [{ author: { id: '1' } }, { author: { id: 'gone' } }, { author: null }] },
      asks: ['posts'],
    },
    {
      query: '{ posts { author { name } likers { name id } } }',
      data: {
        posts: [
          {
            author: { name: 'Ada' },
            likers: [
              { name: 'Ben', id: '2' },
              { name: 'Ada', id: '1' },
            ],
          },
          {
            author: { name: null },
            likers: [
              { name: null, id: 'gone' },
              { name: 'Ben', id: '2' },
            ],
          },
          { author: null, likers: [] },
        ],
      },
    },
    {
      query: '{ texts { body post { author { name } } } users { id name } }',
      data: {
        texts: [{ body: 'Hello', post: { author: { name: 'Ada' } } }],
        users: [
          { id: '1', name: 'Ada' },
          { id: '2', name: 'Ben' },
        ],
      },
      asks: ['posts', 'texts', 'users'],
    },
    {
      query: '{ posts { author { __typename } likers { __typename } } }',
      data: {
        posts: [
          { author: { __typename: 'User' }, likers: [{ __typename: 'User' }, { __typename: 'User' }] },
          { author: { __typename: 'User' }, likers: [{ __typename: 'User' }, { __typename: 'User' }] },
          { author: null, likers: [] },
        ],
      },
      asks: ['posts'],
    },
  ],
};
