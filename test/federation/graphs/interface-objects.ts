// @interfaceObject: a subgraph adds fields to every entity of an interface without knowing the types behind it.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const media = [
  { __typename: 'Book', id: 'b', title: 'Ada', pages: 10 },
  { __typename: 'Film', id: 'f', title: 'Blow', minutes: 90 },
];
const rated = [
  { id: 'b', stars: 5, raters: [{ id: 'f' }] },
  { id: 'f', stars: null, raters: [] },
];

export const graph: FederationGraph = {
  about: 'fields added to an interface by @interfaceObject',
  subgraphs: {
    media: {
      sdl: `${link}
        type Query { media: [Media]! book: Book }
        interface Media @key(fields: "id") { id: ID! title: String! }
        type Book implements Media @key(fields: "id") { id: ID! title: String! pages: Int! }
        type Film implements Media @key(fields: "id") { id: ID! title: String! minutes: Int! }`,
      resolvers: {
        Query: { media: () => [media[0], null, media[1]], book: () => media[0] },
        Media: {
          __resolveReference: byKey(media, 'id'),
          __resolveType: ({ __typename }: { __typename: string }) => __typename,
        },
        Book: { __resolveReference: byKey(media.slice(0, 1), 'id') },
        Film: { __resolveReference: byKey(media.slice(1), 'id') },
      },
    },
    ratings: {
      sdl: `${link}
        type Query { top: Media rated: [Media!]! }
        type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int raters: [Media!]! }`,
      resolvers: {
        Query: { top: () => rated[0], rated: () => rated },
        Media: {
          __resolveReference: byKey(rated, 'id'),
          raters: ({ raters }: (typeof rated)[number]) => raters.map(byKey(rated, 'id')),
        },
      },
    },
    labels: {
      sdl: `${link}
        type Media @key(fields: "id") @interfaceObject {
          id: ID!
          title: String! @external
          stars: Int @external
          label: String! @requires(fields: "title stars")
        }`,
      resolvers: {
        Media: {
          __resolveReference: (reference: object) => ({ ...reference }),
          label: ({ title, stars }: { title: string; stars: number | null }) => `${title} ${stars ?? '-'}`,
        },
      },
    },
  },
  questions: [
    {
      query: '{ media { title stars } }',
      data: { media: [{ title: 'Ada', stars: 5 }, null, { title: 'Blow', stars: null }] },
    },
    {
      query: '{ top { title } rated { id } }',
      data: { top: { title: 'Ada' }, rated: [{ id: 'b' }, { id: 'f' }] },
    },
    {
      query: '{ rated { __typename stars } }',
      data: {
        rated: [
          { __typename: 'Book', stars: 5 },
          { __typename: 'Film', stars: null },
        ],
      },
    },
    {
      query: '{ rated { ... on Book { pages stars } ... on Film { minutes raters { id } } } }',
      data: {
        rated: [
          { pages: 10, stars: 5 },
          { minutes: 90, raters: [] },
        ],
      },
    },
    {
      query:
        '{ media { ... on Book { stars raters { title ... on Film { minutes stars } } } } book { stars } }',
      data: {
        media: [{ stars: 5, raters: [{ title: 'Blow', minutes: 90, stars: null }] }, null, {}],
        book: { stars: 5 },
      },
    },
    {
      query: '{ media { label } top { label raters { label } } }',
      data: {
        media: [{ label: 'Ada 5' }, null, { label: 'Blow -' }],
        top: { label: 'Ada 5', raters: [{ label: 'Blow -' }] },
      },
    },
    {
      query: '{ book { label stars title } rated { ... on Film { label } } }',
      data: { book: { label: 'Ada 5', stars: 5, title: 'Ada' }, rated: [{}, { label: 'Blow -' }] },
    },
    {
      // What asks the subgraph that knows but the interface does not make the book any less of a book.
      query: '{ book { raters { id } stars pages label __typename } }',
      data: { book: { raters: [{ id: 'f' }], stars: 5, pages: 10, label: 'Ada 5', __typename: 'Book' } },
    },
    {
      // Apollo's planner contradicts itself where it weighs the ways to this.
      query: `{ top { ... on Book { raters { label n: raters {
        raters: raters { id i: id ... on Film { stars m: minutes } label } stars
        ... on Book { pages raters { label } label raters { ... on Film { stars m: minutes } ... on Media { l: label } title id } }
      } } } } }`,
      data: { top: { raters: [{ label: 'Blow -', n: [] }] } },
    },
  ],
};
