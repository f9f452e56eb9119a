// Unions over entities: in lists, nested, with members that one subgraph does not know, and by fragments on interfaces.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const user = { __typename: 'User', id: 'u', name: 'Ada' };
const team = { __typename: 'Team', id: 't', members: [user] };
const robot = { __typename: 'Robot', serial: 7 };

export const graph: FederationGraph = {
  about: 'unions over entities and plain types',
  subgraphs: {
    tasks: {
      sdl: `${link}
        type Query { tasks: [Task!]! }
        type Task { text: String! doer: Doer! watchers: [Doer] }
        union Doer = User | Team | Robot
        type User @key(fields: "id") { id: ID! name: String! }
        type Team @key(fields: "id") { id: ID! members: [Doer!]! }
        type Robot { serial: Int! }`,
      resolvers: {
        Query: {
          tasks: () => [
            { text: 'a', doer: user, watchers: [robot, null, team] },
            { text: 'b', doer: team, watchers: null },
            { text: 'c', doer: robot, watchers: [] },
          ],
        },
        User: { __resolveReference: byKey([user], 'id') },
        Team: { __resolveReference: byKey([team], 'id') },
      },
    },
    people: {
      sdl: `${link}
        type Query { found: [Found!]! }
        union Found = User | Team | Page
        interface Reachable { mail: String }
        type User implements Reachable @key(fields: "id") { id: ID! mail: String age: Int! }
        type Team implements Reachable @key(fields: "id") { id: ID! mail: String }
        type Page { url: String! owner: User! }`,
      resolvers: {
        Query: {
          found: () => [
            { __typename: 'Page', url: '/', owner: { id: 'u', mail: 'a@a', age: 3 } },
            { __typename: 'Team', id: 't', mail: null },
            { __typename: 'User', id: 'u', mail: 'a@a', age: 3 },
          ],
        },
        User: { __resolveReference: byKey([{ id: 'u', mail: 'a@a', age: 3 }], 'id') },
        Team: { __resolveReference: byKey([{ id: 't', mail: null }], 'id') },
      },
    },
  },
  questions: [
    {
      query:
        '{ tasks { doer { __typename ... on User { name mail } ... on Team { mail } ... on Robot { serial } } } }',
      data: {
        tasks: [
          { doer: { __typename: 'User', name: 'Ada', mail: 'a@a' } },
          { doer: { __typename: 'Team', mail: null } },
          { doer: { __typename: 'Robot', serial: 7 } },
        ],
      },
    },
    {
      query:
        '{ tasks { watchers { ... on Reachable { mail } ... on Team { members { ... on User { age } } } } } }',
      data: {
        tasks: [
          { watchers: [{}, null, { mail: null, members: [{ age: 3 }] }] },
          { watchers: null },
          { watchers: [] },
        ],
      },
    },
    {
      query:
        '{ found { ... on Page { owner { name age } } ... on User { name } ... on Team { members { __typename } } } }',
      data: {
        found: [{ owner: { name: 'Ada', age: 3 } }, { members: [{ __typename: 'User' }] }, { name: 'Ada' }],
      },
    },
    {
      // No task's doer is a Page: a fragment on what cannot be there is a mistake.
      query: '{ tasks { doer { ... on Page { url } } } }',
      data: undefined,
      errors: [{ code: 'GRAPHQL_VALIDATION_FAILED' }],
    },
    {
      query: '{ tasks { doer { ... on Robot { serial } } watchers { ... on User { age } } } }',
      data: {
        tasks: [
          { doer: {}, watchers: [{}, null, {}] },
          { doer: {}, watchers: null },
          { doer: { serial: 7 }, watchers: [] },
        ],
      },
    },
  ],
};
