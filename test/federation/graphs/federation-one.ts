// Subgraphs written for the first version of federation: no @link, `extend type`, @external keys, shared value types.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const users = [
  { email: 'a@x', id: '1', name: 'Ada', home: { city: 'Aal' } },
  { email: 'b@x', id: '2', name: null, home: null },
];

export const graph: FederationGraph = {
  about: 'subgraphs of federation 1 beside those of federation 2',
  subgraphs: {
    users: {
      sdl: `type Query { users: [User!]! }
        type User @key(fields: "email") @key(fields: "id") { email: ID! id: ID! name: String home: Home }
        type Home { city: String }`,
      resolvers: {
        Query: { users: () => users },
        User: { __resolveReference: byKey(users, 'email', 'id') },
      },
    },
    reviews: {
      sdl: `extend type Query { reviews: [Review] }
        type Review @key(fields: "id") { id: ID! text: String author: User @provides(fields: "name") at: Home }
        extend type User @key(fields: "email") {
          email: ID! @external
          name: String @external
          reviews: [Review!]
          greeting: String @requires(fields: "name")
        }
        type Home { city: String }`,
      resolvers: {
        Query: { reviews: () => [{ id: 'r', text: 'Good', author: users[0], at: { city: 'Bad' } }, null] },
        User: {
          __resolveReference: (reference: object) => ({ ...reference }),
          reviews: ({ email }: { email: string }) =>
            email === 'a@x' ? [{ id: 'r', text: 'Good', author: users[0] }] : null,
          greeting: ({ name }: { name: string | null }) => `Hello ${name ?? 'you'}`,
        },
      },
    },
    points: {
      sdl: `${link}
        type User @key(fields: "id") { id: ID! points: Int! }`,
      resolvers: {
        User: {
          __resolveReference: ({ id }: { id: string }) => ({ id }),
          points: ({ id }: { id: string }) => Number(id) * 10,
        },
      },
    },
  },
  questions: [
    {
      query: '{ users { greeting reviews { text at { city } } points home { city } } }',
      data: {
        users: [
          { greeting: 'Hello Ada', reviews: [{ text: 'Good', at: null }], points: 10, home: { city: 'Aal' } },
          { greeting: 'Hello you', reviews: null, points: 20, home: null },
        ],
      },
    },
    {
      query: '{ reviews { author { name } at { city } } }',
      data: { reviews: [{ author: { name: 'Ada' }, at: { city: 'Bad' } }, null] },
      asks: ['reviews'],
    },
    {
      query: '{ reviews { author { points id greeting email } } }',
      data: { reviews: [{ author: { points: 10, id: '1', greeting: 'Hello Ada', email: 'a@x' } }, null] },
    },
  ],
};
