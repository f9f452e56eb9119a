// A key of several fields, one of them inside an object: neither part alone finds the entity.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const users = [
  { id: '1', org: { id: 'a', name: 'Ant' }, email: 'one@a', boss: { id: '2', org: { id: 'a' } } },
  { id: '1', org: { id: 'b', name: 'Bee' }, email: 'one@b', boss: null },
  { id: '2', org: { id: 'a', name: 'Ant' }, email: 'two@a', boss: { id: '1', org: { id: 'b' } } },
];
const salaries = [
  { id: '1', org: { id: 'a' }, salary: 10 },
  { id: '1', org: { id: 'b' }, salary: 20 },
  { id: '2', org: { id: 'a' }, salary: 30 },
];

export const graph: FederationGraph = {
  about: 'an entity with a key of several fields, `id org { id }`',
  subgraphs: {
    users: {
      sdl: `${link}
        type Query { users: [User!]! }
        type User @key(fields: "id org { id }") { id: ID! org: Org! email: String! boss: User }
        type Org @key(fields: "id") { id: ID! name: String! }`,
      resolvers: {
        Query: { users: () => users },
        User: {
          __resolveReference: byKey(users, 'id', 'org.id'),
          boss: ({ boss }: (typeof users)[number]) => boss && byKey(users, 'id', 'org.id')(boss),
        },
        Org: {
          __resolveReference: byKey(
            users.map(({ org }) => org),
            'id',
          ),
        },
      },
    },
    payroll: {
      sdl: `${link}
        type Query { highest: User }
        type User @key(fields: "org { id } id") { id: ID! org: Org! salary: Int! }
        type Org @key(fields: "id") { id: ID! payday: String! }`,
      resolvers: {
        Query: { highest: () => salaries[2] },
        User: { __resolveReference: byKey(salaries, 'id', 'org.id') },
        Org: {
          __resolveReference: ({ id }: { id: string }) => ({ id, payday: id === 'a' ? 'first' : 'last' }),
          payday: ({ id }: { id: string }) => (id === 'a' ? 'first' : 'last'),
        },
      },
    },
  },
  questions: [
    {
      query: '{ users { salary email } }',
      data: {
        users: [
          { salary: 10, email: 'one@a' },
          { salary: 20, email: 'one@b' },
          { salary: 30, email: 'two@a' },
        ],
      },
    },
    {
      query: '{ highest { email org { name payday } } }',
      data: { highest: { email: 'two@a', org: { name: 'Ant', payday: 'first' } } },
    },
    {
      query:
        '{ users { org { payday } boss { salary org { payday name } boss { salary boss { salary } } } } }',
      data: {
        users: [
          {
            org: { payday: 'first' },
            boss: {
              salary: 30,
              org: { payday: 'first', name: 'Ant' },
              boss: { salary: 20, boss: null },
            },
          },
          { org: { payday: 'last' }, boss: null },
          {
            org: { payday: 'first' },
            boss: { salary: 20, org: { payday: 'last', name: 'Bee' }, boss: null },
          },
        ],
      },
    },
    {
      // The key's own fields under other names: what the gateway needs of them must not get lost.
      query: '{ users { id: email org: boss { id: salary } key: id } }',
      data: {
        users: [
          { id: 'one@a', org: { id: 30 }, key: '1' },
          { id: 'one@b', org: null, key: '1' },
          { id: 'two@a', org: { id: 20 }, key: '2' },
        ],
      },
    },
  ],
};
