// Fragments: nested, repeated, on interfaces, and several that ask for parts of the same object.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const people = [
  { __typename: 'User', id: '1', name: 'Ada', pet: { __typename: 'Dog', id: 'd' } },
  { __typename: 'Guest', id: '2', name: 'Ben', pet: null },
];
const dog = { __typename: 'Dog', id: 'd', name: 'Rex', owner: people[0] };

export const graph: FederationGraph = {
  about: 'fragments in every form',
  subgraphs: {
    people: {
      sdl: `${link}
        type Query { people: [Person!]! user: User }
        interface Named { name: String }
        interface Person implements Named { id: ID! name: String pet: Dog }
        type User implements Person & Named @key(fields: "id") { id: ID! name: String pet: Dog }
        type Guest implements Person & Named @key(fields: "id") { id: ID! name: String pet: Dog }
        type Dog @key(fields: "id", resolvable: false) { id: ID! }`,
      resolvers: {
        Query: { people: () => people, user: () => people[0] },
        User: { __resolveReference: byKey(people.slice(0, 1), 'id') },
        Guest: { __resolveReference: byKey(people.slice(1), 'id') },
      },
    },
    pets: {
      sdl: `${link}
        interface Named { name: String }
        type Dog implements Named @key(fields: "id") { id: ID! name: String owner: User }
        type User @key(fields: "id") { id: ID! walks: Int likes: Named }
        type Guest @key(fields: "id") { id: ID! walks: Int }`,
      resolvers: {
        Dog: { __resolveReference: byKey([dog], 'id') },
        User: {
          __resolveReference: ({ id }: { id: string }) => ({ id }),
          walks: () => 4,
          likes: () => dog,
        },
        Guest: { __resolveReference: ({ id }: { id: string }) => ({ id }), walks: () => null },
      },
    },
  },
  questions: [
    {
      query: `{ user { ...A ...A ...B } }
        fragment A on User { pet { ...Pet } walks }
        fragment B on User { pet { owner { ...C } } }
        fragment Pet on Dog { name }
        fragment C on Person { name ... on User { walks } }`,
      data: { user: { pet: { name: 'Rex', owner: { name: 'Ada', walks: 4 } }, walks: 4 } },
    },
    {
      query: `{ people { ...Any ... on User { walks pet { owner { walks } } } } }
        fragment Any on Person { ... on Named { name } ... on Guest { walks } ... { pet { name } } }`,
      data: {
        people: [
          { name: 'Ada', pet: { name: 'Rex', owner: { walks: 4 } }, walks: 4 },
          { name: 'Ben', walks: null, pet: null },
        ],
      },
    },
    {
      query: `{ ...Root user { id } } fragment Root on Query { user { name } ...More } fragment More on Query { user { walks } people { id } }`,
      data: { user: { name: 'Ada', walks: 4, id: '1' }, people: [{ id: '1' }, { id: '2' }] },
    },
    {
      query:
        '{ user { likes { ... on Named { name } ... on Dog { owner { likes { ... on Dog { id } } } } } } }',
      data: { user: { likes: { name: 'Rex', owner: { likes: { id: 'd' } } } } },
    },
    {
      query:
        '{ user { ... { ... on Person { ... on User { ... on Named { name } } } } ... on User { pet { id } } pet { name } } }',
      data: { user: { name: 'Ada', pet: { id: 'd', name: 'Rex' } } },
    },
  ],
};
