// What a field requires, with arguments, inside interfaces and unions, and of a field that itself requires another one.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const dog = { __typename: 'Dog', id: 'd', called: 'Rex' };
const cat = { __typename: 'Cat', id: 'c', called: 'Tom' };
const people = [
  { id: '1', pet: dog, pets: [dog, cat], toy: { __typename: 'Ball', size: 3 } },
  { id: '2', pet: cat, pets: [], toy: { __typename: 'Bone', taste: 'beef' } },
];

type Times = { times: number };

const named = ({ called }: typeof dog, { times }: Times) => called.repeat(times);

export const graph: FederationGraph = {
  about: 'fields with arguments that are required inside interfaces, unions and one after another',
  subgraphs: {
    people: {
      sdl: `${link}
        type Query { people: [Person!]! pets: [Pet!]! }
        type Person @key(fields: "id") { id: ID! pet: Pet pets: [Pet!]! toy: Toy }
        interface Pet { id: ID! name(times: Int! = 1): String }
        type Dog implements Pet { id: ID! name(times: Int! = 1): String bark(times: Int! = 1): String }
        type Cat implements Pet { id: ID! name(times: Int! = 1): String }
        union Toy = Ball | Bone
        type Ball { size(plus: Int! = 0): Int! }
        type Bone { taste(shout: Boolean! = false): String! }`,
      resolvers: {
        Query: { people: () => people, pets: () => [dog, cat] },
        Person: { __resolveReference: byKey(people, 'id') },
        Dog: { name: named, bark: (_: unknown, { times }: Times) => 'woof'.repeat(times) },
        Cat: { name: named },
        Ball: { size: ({ size }: { size: number }, { plus }: { plus: number }) => size + plus },
        Bone: {
          taste: ({ taste }: { taste: string }, { shout }: { shout: boolean }) =>
            shout ? taste.toUpperCase() : taste,
        },
      },
    },
    greetings: {
      sdl: `${link}
        type Person @key(fields: "id") {
          id: ID!
          pet: Pet @external
          pets: [Pet!]! @external
          toy: Toy @external
          hello(polite: Boolean): String @requires(fields: "pet { name(times: 2) }")
          call: String @requires(fields: "pets { name(times: 3) ... on Dog { bark(times: 2) } }")
          play: String @requires(fields: "toy { ... on Ball { size(plus: 10) } ... on Bone { taste(shout: true) } }")
        }
        interface Pet { name(times: Int! = 1): String }
        type Dog implements Pet { name(times: Int! = 1): String @external bark(times: Int! = 1): String @external }
        type Cat implements Pet { name(times: Int! = 1): String @external }
        union Toy = Ball | Bone
        type Ball { size(plus: Int! = 0): Int! @external }
        type Bone { taste(shout: Boolean! = false): String! @external }`,
      resolvers: {
        Person: {
          __resolveReference: (reference: object) => reference,
          hello: ({ pet }: { pet: { name: string } }, { polite }: { polite?: boolean }) =>
            `${polite ? 'Dear' : 'Hello'} ${pet.name}`,
          call: ({ pets }: { pets: { name: string; bark?: string }[] }) =>
            pets.map(({ name, bark = 'silent' }) => `${name} ${bark}`).join(),
          play: ({ toy }: { toy: { size?: number; taste?: string } }) => String(toy.size ?? toy.taste),
        },
      },
    },
    letters: {
      sdl: `${link}
        type Person @key(fields: "id") {
          id: ID!
          hello(polite: Boolean): String @external
          letter: String @requires(fields: "hello(polite: true)")
          note: String @requires(fields: "hello(polite: false)")
        }`,
      resolvers: {
        Person: {
          __resolveReference: (reference: object) => reference,
          letter: ({ hello }: { hello: string }) => `${hello}, …`,
          note: ({ hello }: { hello: string }) => `${hello}!`,
        },
      },
    },
  },
  questions: [
    {
      query: '{ people { hello pet { name } } }',
      data: {
        people: [
          { hello: 'Hello RexRex', pet: { name: 'Rex' } },
          { hello: 'Hello TomTom', pet: { name: 'Tom' } },
        ],
      },
    },
    {
      query: '{ people { call play pets { name(times: 2) ... on Dog { bark } } } }',
      data: {
        people: [
          {
            call: 'RexRexRex woofwoof,TomTomTom silent',
            play: '13',
            pets: [{ name: 'RexRex', bark: 'woof' }, { name: 'TomTom' }],
          },
          { call: '', play: 'BEEF', pets: [] },
        ],
      },
    },
    {
      query:
        '{ people { letter note hello(polite: false) toy { ... on Ball { size } ... on Bone { taste } } play } }',
      data: {
        people: [
          {
            letter: 'Dear RexRex, …',
            note: 'Hello RexRex!',
            hello: 'Hello RexRex',
            toy: { size: 3 },
            play: '13',
          },
          {
            letter: 'Dear TomTom, …',
            note: 'Hello TomTom!',
            hello: 'Hello TomTom',
            toy: { taste: 'beef' },
            play: 'BEEF',
          },
        ],
      },
    },
    { query: '{ pets { name } }', data: { pets: [{ name: 'Rex' }, { name: 'Tom' }] }, asks: ['people'] },
  ],
};
