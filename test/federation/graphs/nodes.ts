// Query.node of several subgraphs, each for its own types, and types whose fields of one name differ in type.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const user = { __typename: 'User', id: 'u', name: 'Ada', tag: 'x', account: { __typename: 'Chat', id: 'c' } };
const chat = { __typename: 'Chat', id: 'c', text: 'Hi', tag: null, user: { __typename: 'User', id: 'u' } };

export const graph: FederationGraph = {
  about: 'interfaces given out by id, and fields of one name with different types',
  subgraphs: {
    users: {
      sdl: `${link}
        type Query { userNode(id: ID!): Node all: [Node!]! members: [Member!]! }
        interface Node { id: ID! }
        union Member = User | Bot
        type User implements Node @key(fields: "id") { id: ID! name: String! tag: String! account: Chat }
        type Bot { id: Int tag: Int! model: Model }
        type Model { name: Int }
        type Chat implements Node @key(fields: "id", resolvable: false) { id: ID! }`,
      resolvers: {
        Query: {
          userNode: (_: unknown, { id }: { id: string }) => byKey([user], 'id')({ id }),
          all: () => [user, chat],
          members: () => [user, { __typename: 'Bot', id: 7, tag: 1, model: { name: 2 } }],
        },
        User: { __resolveReference: byKey([user], 'id') },
      },
    },
    chats: {
      sdl: `${link}
        type Query { chatNode(id: ID!): Node }
        interface Node { id: ID! }
        type Chat implements Node @key(fields: "id") { id: ID! text: String! tag: String user: User! }
        type User implements Node @key(fields: "id") { id: ID! seen: Int! }`,
      resolvers: {
        Query: { chatNode: (_: unknown, { id }: { id: string }) => byKey([chat], 'id')({ id }) },
        Chat: { __resolveReference: byKey([chat], 'id') },
        User: { __resolveReference: ({ id }: { id: string }) => ({ id }), seen: () => 3 },
      },
    },
  },
  samples: { id: ['u', 'c', 'none'] },
  questions: [
    {
      query:
        '{ userNode(id: "u") { id ... on User { name seen } ... on Chat { text } } chatNode(id: "u") { id } }',
      data: { userNode: { id: 'u', name: 'Ada', seen: 3 }, chatNode: null },
    },
    {
      query:
        '{ all { id __typename ... on Chat { text user { name } } ... on User { account { text user { seen } } } } }',
      data: {
        all: [
          { id: 'u', __typename: 'User', account: { text: 'Hi', user: { seen: 3 } } },
          { id: 'c', __typename: 'Chat', text: 'Hi', user: { name: 'Ada' } },
        ],
      },
    },
    {
      // String! and String under one name is a conflict; with names of their own it is none.
      query: '{ all { ... on User { tag } ... on Chat { tag } } }',
      data: undefined,
      errors: [{ code: 'GRAPHQL_VALIDATION_FAILED' }],
    },
    {
      query:
        '{ all { ... on User { userTag: tag } ... on Chat { tag } } members { ... on User { id name tag } ... on Bot { number: id mark: tag model { name } } } }',
      data: {
        all: [{ userTag: 'x' }, { tag: null }],
        members: [
          { id: 'u', name: 'Ada', tag: 'x' },
          { number: 7, mark: 1, model: { name: 2 } },
        ],
      },
    },
    {
      query: '{ members { ... on Bot { number: id } ... on User { account { number: id } seen } } }',
      data: { members: [{ account: { number: 'c' }, seen: 3 }, { number: 7 }] },
    },
  ],
};
