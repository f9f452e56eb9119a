// An interface that a subgraph returns without knowing a type of it: it can only say that there is nothing, and must be asked.
import { link } from '../../gateway/small-graph.ts';
import type { FederationGraph } from '../federation-graph.ts';

let adopted = 0;

export const graph: FederationGraph = {
  about: 'an interface of which one subgraph knows no types',
  reset: () => {
    adopted = 0;
  },
  subgraphs: {
    people: {
      sdl: `${link}
        type Query { me: Person pet: Pet pets: [Pet!]! adopted: Int! }
        type Mutation { adopt: Pet }
        type Person @key(fields: "id") { id: ID! pet: Pet }
        interface Pet { id: ID! }`,
      resolvers: {
        Query: { me: () => ({ id: '1' }), pets: () => [], adopted: () => adopted },
        Mutation: {
          adopt: () => {
            adopted += 1;
            return null;
          },
        },
        Person: { __resolveReference: ({ id }: { id: string }) => ({ id }) },
      },
    },
    pets: {
      sdl: `${link}
        type Query { stray: Pet }
        type Person @key(fields: "id") { id: ID! friend: Pet }
        interface Pet { id: ID! name: String }
        type Dog implements Pet { id: ID! name: String }`,
      resolvers: {
        Query: { stray: () => ({ __typename: 'Dog', id: 'd', name: 'Rex' }) },
        Person: { friend: () => ({ __typename: 'Dog', id: 'd', name: 'Rex' }) },
      },
    },
  },
  questions: [
    { query: '{ pet { name } }', data: { pet: null }, asks: ['people'] },
    { query: '{ pets { name } }', data: { pets: [] }, asks: ['people'] },
    { query: '{ me { pet { name } } }', data: { me: { pet: null } }, asks: ['people'] },
    {
      query: '{ me { pet { ...P } friend { ...P } } stray { ...P } } fragment P on Pet { name }',
      data: { me: { pet: null, friend: { name: 'Rex' } }, stray: { name: 'Rex' } },
    },
    { query: 'mutation { adopt { name } }', data: { adopt: null }, asks: ['people'] },
    { query: '{ adopted asked_anyway: adopted }', data: { adopted: 1, asked_anyway: 1 } },
  ],
};
