// A subgraph that knows more fields of an entity on one path than on others: on that path, the gateway calls no other subgraph.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const users = [
  { id: '1', name: 'Ada', home: { city: 'Aal', zip: '1' }, friends: [{ id: '2', name: 'Ben' }] },
  { id: '2', name: 'Ben', home: null, friends: [] },
];
const reviews = [
  { id: 'r1', text: 'Good', author: users[0] },
  { id: 'r2', text: 'Bad', author: users[1] },
];

export const graph: FederationGraph = {
  about: 'fields that a subgraph provides on one path',
  subgraphs: {
    users: {
      sdl: `${link}
        type Query { users: [User!]! }
        type User @key(fields: "id") {
          id: ID! name: String @shareable home: Home @shareable friends: [User!]! @shareable
        }
        type Home @shareable { city: String zip: String }`,
      resolvers: {
        Query: { users: () => users },
        User: {
          __resolveReference: byKey(users, 'id'),
          friends: ({ friends }: (typeof users)[number]) => friends.map(byKey(users, 'id')),
        },
      },
    },
    reviews: {
      sdl: `${link}
        type Query {
          reviews: [Review] @provides(fields: "author { name }")
          plain: [Review!]!
          deep: Review @provides(fields: "author { home { city } friends { name } }")
        }
        type Review @key(fields: "id") { id: ID! text: String! author: User @shareable byline: User @provides(fields: "name") }
        type User @key(fields: "id") {
          id: ID! name: String @external home: Home @external friends: [User!]! @external reviews: [Review!]!
        }
        type Home @shareable { city: String }`,
      resolvers: {
        Query: { reviews: () => [...reviews, null], plain: () => reviews, deep: () => reviews[0] },
        Review: {
          __resolveReference: byKey(reviews, 'id'),
          byline: ({ author }: { author: unknown }) => author,
        },
        User: {
          __resolveReference: ({ id }: { id: string }) => ({ id }),
          reviews: ({ id }: { id: string }) => reviews.filter(({ author }) => author?.id === id),
        },
      },
    },
  },
  questions: [
    {
      query: '{ reviews { text author { name } } }',
      data: {
        reviews: [{ text: 'Good', author: { name: 'Ada' } }, { text: 'Bad', author: { name: 'Ben' } }, null],
      },
      asks: ['reviews'],
    },
    {
      query: '{ plain { author { name } } }',
      data: { plain: [{ author: { name: 'Ada' } }, { author: { name: 'Ben' } }] },
      asks: ['reviews', 'users'],
    },
    {
      query: '{ plain { byline { name reviews { byline { name } } } } }',
      data: {
        plain: [
          { byline: { name: 'Ada', reviews: [{ byline: { name: 'Ada' } }] } },
          { byline: { name: 'Ben', reviews: [{ byline: { name: 'Ben' } }] } },
        ],
      },
      asks: ['reviews'],
    },
    {
      query: '{ deep { author { home { city } friends { name } } } }',
      data: { deep: { author: { home: { city: 'Aal' }, friends: [{ name: 'Ben' }] } } },
      asks: ['reviews'],
    },
    {
      query: '{ deep { author { home { city zip } name friends { name home { city } } } } }',
      data: {
        deep: {
          author: {
            home: { city: 'Aal', zip: '1' },
            name: 'Ada',
            friends: [{ name: 'Ben', home: null }],
          },
        },
      },
    },
    {
      // What is provided on one path is not known on the next.
      query: '{ reviews { author { name reviews { author { name home { city } } } } } }',
      data: {
        reviews: [
          { author: { name: 'Ada', reviews: [{ author: { name: 'Ada', home: { city: 'Aal' } } }] } },
          { author: { name: 'Ben', reviews: [{ author: { name: 'Ben', home: null } }] } },
          null,
        ],
      },
      asks: ['reviews', 'users'],
    },
  ],
};
