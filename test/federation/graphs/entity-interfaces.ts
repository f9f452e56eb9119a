// An interface with a key of its own, given out by a subgraph that knows only the interface.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const accounts = [
  { __typename: 'Admin', id: '1', name: 'Ada', rights: ['all'] },
  { __typename: 'Regular', id: '2', name: 'Ben', since: 2020 },
];
const posts = [
  { id: 'p', by: { id: '2' }, readers: [{ id: '1' }, { id: '2' }] },
  { id: 'q', by: { id: 'gone' }, readers: [] },
];

export const graph: FederationGraph = {
  about: 'an interface with a key, referred to by those who know only the interface',
  subgraphs: {
    accounts: {
      sdl: `${link}
        type Query { accounts: [Account!]! }
        interface Account @key(fields: "id") { id: ID! name: String }
        type Admin implements Account @key(fields: "id") { id: ID! name: String rights: [String!]! }
        type Regular implements Account @key(fields: "id") { id: ID! name: String since: Int! }`,
      resolvers: {
        Query: { accounts: () => accounts },
        Account: {
          __resolveReference: byKey(accounts, 'id'),
          __resolveType: ({ __typename }: { __typename: string }) => __typename,
        },
        Admin: { __resolveReference: byKey(accounts.slice(0, 1), 'id') },
        Regular: { __resolveReference: byKey(accounts.slice(1), 'id') },
      },
    },
    posts: {
      sdl: `${link}
        type Query { posts: [Post!]! }
        type Post @key(fields: "id") { id: ID! by: Account readers: [Account!]! }
        type Account @key(fields: "id") @interfaceObject { id: ID! posts: [Post!]! }`,
      resolvers: {
        Query: { posts: () => posts },
        Post: { __resolveReference: byKey(posts, 'id') },
        Account: {
          __resolveReference: ({ id }: { id: string }) => ({ id }),
          posts: ({ id }: { id: string }) => posts.filter(({ by }) => by.id === id),
        },
      },
    },
  },
  // An object without fields is null when no subgraph knows its type.
  unsteady: ['by'],
  questions: [
    {
      query: '{ posts { readers { name ... on Admin { rights } ... on Regular { since } } } }',
      data: {
        posts: [
          {
            readers: [
              { name: 'Ada', rights: ['all'] },
              { name: 'Ben', since: 2020 },
            ],
          },
          { readers: [] },
        ],
      },
    },
    {
      query: '{ posts { by { id } } }',
      data: { posts: [{ by: { id: '2' } }, { by: { id: 'gone' } }] },
      asks: ['posts'],
    },
    {
      query: '{ accounts { posts { id by { name posts { id } } } } }',
      data: {
        accounts: [{ posts: [] }, { posts: [{ id: 'p', by: { name: 'Ben', posts: [{ id: 'p' }] } }] }],
      },
    },
    {
      query:
        '{ accounts { __typename ... on Admin { posts { id } } ... on Regular { posts { readers { __typename } } } } }',
      data: {
        accounts: [
          { __typename: 'Admin', posts: [] },
          {
            __typename: 'Regular',
            posts: [{ readers: [{ __typename: 'Admin' }, { __typename: 'Regular' }] }],
          },
        ],
      },
    },
    {
      // A person who is gone has no type.
      query: '{ posts { by { name } } }',
      data: { posts: [{ by: { name: 'Ben' } }, { by: { name: null } }] },
    },
    {
      // An object of no type, of which nothing is asked, is null: to say that it is there, it would need a type.
      query: '{ posts { by { id @skip(if: true) } } }',
      data: { posts: [{ by: {} }, { by: null }] },
    },
  ],
};
