// __typename: of roots, entities, members of unions, under other names, alone, and more than once.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const dog = { __typename: 'Dog', id: 'd', name: 'Rex' };
const cat = { __typename: 'Cat', id: 'c', name: 'Tom' };

export const graph: FederationGraph = {
  about: '__typename everywhere',
  subgraphs: {
    a: {
      sdl: `${link}
        type Query { pets: [Pet!]! animal: Animal home: Home stub: Dog }
        union Pet = Dog | Cat
        interface Animal { id: ID! }
        type Dog implements Animal @key(fields: "id") { id: ID! }
        type Cat implements Animal @key(fields: "id") { id: ID! }
        type Home { rooms: [Room!]! }
        type Room { pets: [Pet] }`,
      resolvers: {
        Query: {
          pets: () => [dog, cat],
          animal: () => cat,
          home: () => ({ rooms: [{ pets: [cat, null] }, { pets: null }] }),
          stub: () => dog,
        },
        Dog: { __resolveReference: byKey([dog], 'id') },
        Cat: { __resolveReference: byKey([cat], 'id') },
      },
    },
    b: {
      sdl: `${link}
        type Query { other: Dog }
        type Dog @key(fields: "id") { id: ID! name: String! friend: Cat }
        type Cat @key(fields: "id") { id: ID! name: String! friend: Dog }`,
      resolvers: {
        Query: { other: () => dog },
        Dog: { __resolveReference: byKey([dog], 'id'), friend: () => cat },
        Cat: { __resolveReference: byKey([cat], 'id'), friend: () => dog },
      },
    },
  },
  questions: [
    { query: '{ __typename }', data: { __typename: 'Query' }, asks: [] },
    {
      query: '{ a: __typename b: __typename ...F } fragment F on Query { __typename }',
      data: { a: 'Query', b: 'Query', __typename: 'Query' },
    },
    {
      query: '{ __typename pets { __typename } other { __typename } kind: __typename }',
      data: {
        __typename: 'Query',
        pets: [{ __typename: 'Dog' }, { __typename: 'Cat' }],
        other: { __typename: 'Dog' },
        kind: 'Query',
      },
    },
    {
      query:
        '{ pets { kind: __typename ... on Dog { name kind: __typename } ... on Cat { sort: __typename friend { kind: __typename } } } }',
      data: {
        pets: [
          { kind: 'Dog', name: 'Rex' },
          { kind: 'Cat', sort: 'Cat', friend: { kind: 'Dog' } },
        ],
      },
    },
    {
      query: '{ home { __typename rooms { __typename pets { __typename } } } }',
      data: {
        home: {
          __typename: 'Home',
          rooms: [
            { __typename: 'Room', pets: [{ __typename: 'Cat' }, null] },
            { __typename: 'Room', pets: null },
          ],
        },
      },
    },
    {
      query:
        '{ animal { ... on Dog { __typename } ... on Cat { t: __typename friend { friend { t: __typename } } } } }',
      data: { animal: { t: 'Cat', friend: { friend: { t: 'Cat' } } } },
    },
    {
      query: '{ stub { friend { friend { __typename } __typename } } animal { __typename id } }',
      data: {
        stub: { friend: { friend: { __typename: 'Dog' }, __typename: 'Cat' } },
        animal: { __typename: 'Cat', id: 'c' },
      },
    },
  ],
};
