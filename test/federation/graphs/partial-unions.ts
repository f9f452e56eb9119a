// A union or an interface of which each subgraph knows some members only: fragments go only where their type is known.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const book = { __typename: 'Book', id: 'b', title: 'Ada', inA: 'a', inB: 'b' };
const song = { __typename: 'Song', id: 's', title: 'Cry', inA: 'a' };
const film = { __typename: 'Film', id: 'f', title: 'Run', inB: 'b' };

export const graph: FederationGraph = {
  about: 'unions and interfaces of which each subgraph knows a part',
  subgraphs: {
    a: {
      sdl: `${link}
        type Query { shared: Media @shareable ofA: [Media!]! node(id: ID!): Node }
        union Media = Book | Song
        interface Node { id: ID! }
        type Book implements Node @key(fields: "id") { id: ID! title: String! @shareable inA: String! shelf: Shelf @shareable }
        type Song implements Node @key(fields: "id") { id: ID! title: String! @shareable inA: String! }
        type Film @key(fields: "id") { id: ID! }
        type Shelf @shareable { items: [Item!]! label: String }
        union Item = Ring | Cup
        type Ring @shareable { size: Int }
        type Cup { color: String }`,
      resolvers: {
        Query: {
          shared: () => book,
          ofA: () => [book, song],
          node: (_: unknown, { id }: { id: string }) => [book, song].find((row) => row.id === id),
        },
        Book: { __resolveReference: byKey([book], 'id'), shelf: () => shelf },
        Song: { __resolveReference: byKey([song], 'id') },
      },
    },
    b: {
      sdl: `${link}
        type Query { shared: Media @shareable ofB: [Media!]! }
        union Media = Book | Film
        interface Node { id: ID! }
        interface Seen { inB: String! }
        type Book implements Seen @key(fields: "id") { id: ID! title: String! @shareable inB: String! shelf: Shelf @shareable }
        type Film implements Node & Seen @key(fields: "id") { id: ID! title: String! @shareable inB: String! }
        type Shelf @shareable { items: [Item!]! label: String }
        union Item = Ring
        type Ring @shareable { size: Int }`,
      resolvers: {
        Query: { shared: () => book, ofB: () => [film, book] },
        Book: { __resolveReference: byKey([book], 'id'), shelf: () => shelf },
        Film: { __resolveReference: byKey([film], 'id') },
      },
    },
  },
  samples: { id: ['b', 's', 'f'] },
  questions: [
    {
      query: '{ ofA { ... on Book { title inB } ... on Song { title inA } ... on Film { title } } }',
      data: {
        ofA: [
          { title: 'Ada', inB: 'b' },
          { title: 'Cry', inA: 'a' },
        ],
      },
    },
    {
      query: '{ ofB { __typename ... on Song { inA } ... on Film { inB } ... on Book { inA } } }',
      data: {
        ofB: [
          { __typename: 'Film', inB: 'b' },
          { __typename: 'Book', inA: 'a' },
        ],
      },
    },
    {
      query: '{ shared { ... on Book { inA inB } ... on Film { inB } ... on Song { inA } } }',
      data: { shared: { inA: 'a', inB: 'b' } },
    },
    {
      // The song implements Seen nowhere; the book does, but only one subgraph knows of it.
      query: '{ ofA { ... on Seen { inB } } ofB { ... on Node { id } ... on Seen { inB } } }',
      data: {
        ofA: [{ inB: 'b' }, {}],
        ofB: [
          { id: 'f', inB: 'b' },
          { id: 'b', inB: 'b' },
        ],
      },
    },
    {
      query:
        '{ node(id: "s") { id __typename ... on Song { title } ... on Film { inB } } other: node(id: "f") { id } }',
      data: { node: { id: 's', __typename: 'Song', title: 'Cry' }, other: null },
    },
    {
      query:
        '{ ofB { ... on Book { shelf { items { ... on Ring { size } ... on Cup { color } } label } } } }',
      data: { ofB: [{}, { shelf: { items: [{ size: 3 }, { size: 4 }], label: 'top' } }] },
    },
  ],
};

/** Holds no cup: with a type that one of both does not know, their answers could not agree. */
const shelf = {
  label: 'top',
  items: [
    { __typename: 'Ring', size: 3 },
    { __typename: 'Ring', size: 4 },
  ],
};
