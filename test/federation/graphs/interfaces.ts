// Interfaces over entities whose fields lie in different subgraphs, alone, in lists and inside each other.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const book = {
  __typename: 'Book',
  id: 'b',
  title: 'Ada',
  pages: 10,
  similar: [{ __typename: 'Film', id: 'f' }],
};
const film = { __typename: 'Film', id: 'f', title: 'Blow', minutes: 90, similar: [] };
const song = { __typename: 'Song', id: 's', title: 'Cry', similar: null };
const media = [book, film, song];
const inShop = [
  { __typename: 'Book', id: 'b', price: 5, delivery: { __typename: 'Parcel', days: 3, weight: 2 } },
  { __typename: 'Film', id: 'f', price: null, delivery: { __typename: 'Download', days: 0, url: 'x' } },
  { __typename: 'Song', id: 's', price: 1, delivery: null },
];
const ofType = (name: string) => inShop.filter(({ __typename }) => __typename === name);

export const graph: FederationGraph = {
  about: 'interfaces over entities of several subgraphs',
  subgraphs: {
    media: {
      sdl: `${link}
        type Query { media: [Media]! one(id: ID!): Media titled: [Titled!]! }
        interface Titled { title: String! }
        interface Media implements Titled { id: ID! title: String! similar: [Media!] }
        type Book implements Media & Titled @key(fields: "id") { id: ID! title: String! pages: Int similar: [Media!] }
        type Film implements Media & Titled @key(fields: "id") { id: ID! title: String! minutes: Int similar: [Media!] }
        type Song implements Media & Titled @key(fields: "id") { id: ID! title: String! similar: [Media!] }
        type Shelf implements Titled { title: String! first: Media }`,
      resolvers: {
        Query: {
          media: () => [book, null, film, song],
          one: (_: unknown, { id }: { id: string }) => media.find((row) => row.id === id),
          titled: () => [song, { __typename: 'Shelf', title: 'Shelf', first: film }],
        },
        Book: {
          __resolveReference: byKey([book], 'id'),
          similar: () => [film],
        },
        Film: { __resolveReference: byKey([film], 'id') },
        Song: { __resolveReference: byKey([song], 'id') },
      },
    },
    shop: {
      sdl: `${link}
        type Query { sold: [Sold!]! }
        interface Sold { price: Int delivery: Delivery }
        interface Delivery { days: Int! }
        type Parcel implements Delivery { days: Int! weight: Int! }
        type Download implements Delivery { days: Int! url: String! }
        type Book implements Sold @key(fields: "id") { id: ID! price: Int delivery: Delivery }
        type Film implements Sold @key(fields: "id") { id: ID! price: Int delivery: Delivery }
        type Song implements Sold @key(fields: "id") { id: ID! price: Int delivery: Delivery }`,
      resolvers: {
        Query: { sold: () => inShop },
        Book: { __resolveReference: byKey(ofType('Book'), 'id') },
        Film: { __resolveReference: byKey(ofType('Film'), 'id') },
        Song: { __resolveReference: byKey(ofType('Song'), 'id') },
      },
    },
  },
  samples: { id: ['b', 'f', 's'] },
  questions: [
    {
      query: '{ media { title ... on Book { pages price } ... on Film { minutes price } } }',
      data: {
        media: [
          { title: 'Ada', pages: 10, price: 5 },
          null,
          { title: 'Blow', minutes: 90, price: null },
          { title: 'Cry' },
        ],
      },
    },
    {
      query:
        '{ media { ... on Sold { price delivery { days ... on Parcel { weight } ... on Download { url } } } } }',
      data: {
        media: [
          { price: 5, delivery: { days: 3, weight: 2 } },
          null,
          { price: null, delivery: { days: 0, url: 'x' } },
          { price: 1, delivery: null },
        ],
      },
    },
    {
      query: '{ sold { price ... on Media { title similar { id ... on Sold { price } } } } }',
      data: {
        sold: [
          { price: 5, title: 'Ada', similar: [{ id: 'f', price: null }] },
          { price: null, title: 'Blow', similar: [] },
          { price: 1, title: 'Cry', similar: null },
        ],
      },
    },
    {
      query:
        '{ titled { title ... on Shelf { first { title ... on Film { delivery { __typename } } } } ... on Sold { price } } }',
      data: {
        titled: [
          { title: 'Cry', price: 1 },
          { title: 'Shelf', first: { title: 'Blow', delivery: { __typename: 'Download' } } },
        ],
      },
    },
    {
      query:
        '{ one(id: "s") { ... on Book { pages } ... on Titled { title ... on Sold { price } } } none: one(id: "x") { title } }',
      data: { one: { title: 'Cry', price: 1 }, none: null },
    },
    {
      query: '{ one(id: "f") { ... on Book { pages } } }',
      data: { one: {} },
    },
  ],
};
