// Keys that go through lists of objects and through entities with keys of their own.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const books = {
  b1: { isbn: 'b1', title: 'Ada' },
  b2: { isbn: 'b2', title: 'Ben' },
  b3: { isbn: 'b3', title: 'Cat' },
};
const shelves = [
  { books: [books.b1, books.b2], room: { floor: { number: 1 }, door: 'x' } },
  { books: [books.b3], room: { floor: { number: 2 }, door: 'x' } },
  { books: [], room: { floor: { number: 2 }, door: 'y' } },
];

interface Shelf {
  books: readonly { isbn: string }[];
}

/** Finds a shelf by the books on it. */
function weight({ books: list }: Shelf): number {
  return list.reduce((sum, { isbn }) => sum + Number(isbn.slice(1)), 0);
}

const rooms = [
  { floor: { number: 1 }, door: 'x', warmth: 18 },
  { floor: { number: 2 }, door: 'x', warmth: 19 },
  { floor: { number: 2 }, door: 'y', warmth: 20 },
];

export const graph: FederationGraph = {
  about: 'keys with lists of objects and with objects in objects',
  subgraphs: {
    library: {
      sdl: `${link}
        type Query { shelves: [Shelf!]! }
        type Shelf @key(fields: "books { isbn }") { books: [Book!]! room: Room! }
        type Book @key(fields: "isbn") { isbn: ID! title: String! }
        type Room @key(fields: "floor { number } door") { floor: Floor! door: String! }
        type Floor @shareable { number: Int! }`,
      resolvers: {
        Query: { shelves: () => shelves },
        Book: { __resolveReference: byKey(Object.values(books), 'isbn') },
        Room: { __resolveReference: byKey(rooms, 'floor.number', 'door') },
      },
    },
    house: {
      sdl: `${link}
        type Query { warmest: Room }
        type Shelf @key(fields: "books { isbn }") { books: [Book!]! weight: Int! }
        type Book @key(fields: "isbn") { isbn: ID! pages: Int! }
        type Room @key(fields: "floor { number } door") { floor: Floor! door: String! warmth: Int! }
        type Floor @shareable { number: Int! }`,
      resolvers: {
        Query: { warmest: () => rooms[2] },
        Shelf: { weight },
        Book: { pages: ({ isbn }: { isbn: string }) => Number(isbn.slice(1)) * 100 },
        Room: { __resolveReference: byKey(rooms, 'floor.number', 'door') },
      },
    },
  },
  questions: [
    {
      query: '{ shelves { weight room { warmth } } }',
      data: {
        shelves: [
          { weight: 3, room: { warmth: 18 } },
          { weight: 3, room: { warmth: 19 } },
          { weight: 0, room: { warmth: 20 } },
        ],
      },
    },
    {
      query: '{ shelves { books { pages title } weight } warmest { warmth door floor { number } } }',
      data: {
        shelves: [
          {
            books: [
              { pages: 100, title: 'Ada' },
              { pages: 200, title: 'Ben' },
            ],
            weight: 3,
          },
          { books: [{ pages: 300, title: 'Cat' }], weight: 3 },
          { books: [], weight: 0 },
        ],
        warmest: { warmth: 20, door: 'y', floor: { number: 2 } },
      },
    },
    {
      query: '{ shelves { books { title } room { floor { number } warmth } } }',
      data: {
        shelves: [
          { books: [{ title: 'Ada' }, { title: 'Ben' }], room: { floor: { number: 1 }, warmth: 18 } },
          { books: [{ title: 'Cat' }], room: { floor: { number: 2 }, warmth: 19 } },
          { books: [], room: { floor: { number: 2 }, warmth: 20 } },
        ],
      },
    },
  ],
};
