// @inaccessible: fields, types, arguments and values that serve the gateway and the subgraphs, and are nothing to clients.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const users = [
  { id: '1', internal: 'i1', name: 'Ada', rank: 3 },
  { id: '2', internal: 'i2', name: 'Ben', rank: 9 },
];

export const graph: FederationGraph = {
  about: '@inaccessible parts of the graph',
  subgraphs: {
    users: {
      sdl: `${link}
        type Query { users: [User!]! audit: Audit @inaccessible actors: [Actor!]! }
        type User @key(fields: "internal") @tag(name: "people") {
          internal: ID! @inaccessible
          id: ID! @tag(name: "public")
          name(secretly: Boolean @inaccessible): String!
          rank: Int! @inaccessible
        }
        type Audit @inaccessible { entries: Int! }
        union Actor = User | Daemon
        type Daemon @inaccessible { pid: Int! }`,
      resolvers: {
        Query: {
          users: () => users,
          audit: () => ({ entries: 1 }),
          actors: () => users.map((user) => ({ ...user, __typename: 'User' })),
        },
        User: { __resolveReference: byKey(users, 'internal') },
      },
    },
    badges: {
      sdl: `${link}
        type User @key(fields: "internal") {
          internal: ID! @inaccessible
          rank: Int! @external
          badge: String! @requires(fields: "rank")
          audit: Audit @inaccessible
        }
        type Audit @inaccessible { changes: Int! }`,
      resolvers: {
        User: {
          __resolveReference: (reference: object) => ({ ...reference }),
          badge: ({ rank, internal }: { rank: number; internal: string }) => `${internal}:${rank}`,
        },
      },
    },
  },
  questions: [
    {
      query: '{ users { badge name } actors { ... on User { badge } } }',
      data: {
        users: [
          { badge: 'i1:3', name: 'Ada' },
          { badge: 'i2:9', name: 'Ben' },
        ],
        actors: [{ badge: 'i1:3' }, { badge: 'i2:9' }],
      },
    },
    {
      // The name of what is hidden is free.
      query: '{ users { internal: name rank: id badge } }',
      data: {
        users: [
          { internal: 'Ada', rank: '1', badge: 'i1:3' },
          { internal: 'Ben', rank: '2', badge: 'i2:9' },
        ],
      },
    },
    ...[
      '{ users { rank } }',
      '{ users { internal } }',
      '{ audit { entries } }',
      '{ users { audit { changes } } }',
    ].map(refused),
    ...['{ users { name(secretly: true) } }', '{ actors { ... on Daemon { pid } } }'].map(refused),
    {
      query:
        '{ __type(name: "User") { fields { name args { name } } } audit: __type(name: "Audit") { name } }',
      data: {
        __type: {
          fields: [
            { name: 'badge', args: [] },
            { name: 'id', args: [] },
            { name: 'name', args: [] },
          ],
        },
        audit: null,
      },
    },
    {
      query: '{ __type(name: "Actor") { possibleTypes { name } } __schema { directives { name } } }',
      data: {
        __type: { possibleTypes: [{ name: 'User' }] },
        __schema: {
          directives: ['include', 'skip', 'deprecated', 'specifiedBy', 'oneOf'].map((name) => ({ name })),
        },
      },
    },
  ],
};

function refused(query: string) {
  return { query, data: undefined, errors: [{ code: 'GRAPHQL_VALIDATION_FAILED' }] };
}
