// What is provided of an interface's or a union's members, of each its own.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const animals = [
  { __typename: 'Cat', id: 'c', name: 'Tom', lives: 9, toy: 'yarn' },
  { __typename: 'Dog', id: 'd', name: 'Rex', lives: 1, toy: 'bone' },
];

export const graph: FederationGraph = {
  about: 'fields that are provided of members of interfaces and unions',
  subgraphs: {
    zoo: {
      sdl: `${link}
        type Query { zoo: [Animal!]! }
        interface Animal { id: ID! name: String }
        type Cat implements Animal @key(fields: "id") { id: ID! name: String @shareable lives: Int @shareable toy: String }
        type Dog implements Animal @key(fields: "id") { id: ID! name: String @shareable lives: Int @shareable toy: String }`,
      resolvers: {
        Query: { zoo: () => animals },
        Cat: { __resolveReference: byKey(animals, 'id') },
        Dog: { __resolveReference: byKey(animals, 'id') },
      },
    },
    home: {
      sdl: `${link}
        type Query {
          pets: [Animal] @provides(fields: "... on Cat { name lives } ... on Dog { name }")
          pet: Pet @provides(fields: "... on Cat { lives }")
          stray: Pet
        }
        interface Animal { id: ID! }
        union Pet = Cat | Dog
        type Cat implements Animal @key(fields: "id") { id: ID! name: String @external lives: Int @external }
        type Dog implements Animal @key(fields: "id") { id: ID! name: String @external }`,
      resolvers: {
        Query: { pets: () => [animals[0], null, animals[1]], pet: () => animals[0], stray: () => animals[1] },
      },
    },
  },
  questions: [
    {
      query: '{ pets { id ... on Cat { name lives } ... on Dog { name } } }',
      data: { pets: [{ id: 'c', name: 'Tom', lives: 9 }, null, { id: 'd', name: 'Rex' }] },
      asks: ['home'],
    },
    {
      query: '{ pets { __typename ... on Dog { name lives } ... on Cat { toy name } } }',
      data: {
        pets: [
          { __typename: 'Cat', toy: 'yarn', name: 'Tom' },
          null,
          { __typename: 'Dog', name: 'Rex', lives: 1 },
        ],
      },
      asks: ['home', 'zoo'],
    },
    {
      query: '{ pet { ... on Cat { lives } ... on Dog { lives } } }',
      data: { pet: { lives: 9 } },
    },
    {
      query:
        '{ pet { ... on Cat { lives name } } stray { ... on Cat { lives } ... on Dog { id lives toy } } }',
      data: { pet: { lives: 9, name: 'Tom' }, stray: { id: 'd', lives: 1, toy: 'bone' } },
    },
    {
      query: '{ pets { name } zoo { name ... on Cat { lives } } }',
      data: {
        pets: [{ name: 'Tom' }, null, { name: 'Rex' }],
        zoo: [{ name: 'Tom', lives: 9 }, { name: 'Rex' }],
      },
    },
  ],
};
