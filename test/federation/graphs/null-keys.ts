// A key that is null at run time: no subgraph can find the entity, and the other entities are answered all the same.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const listed = [{ upc: 'u1' }, { upc: null }, null, { upc: 'u2' }, { upc: 'u3' }];
const known = [
  { upc: 'u1', id: '1' },
  { upc: 'u2', id: null },
  { upc: 'u3', id: '3' },
];
const detailed = [
  { id: '1', name: 'Lamp', parts: [{ id: '3' }, null, { id: '1' }] },
  { id: '3', name: 'Sofa', parts: null },
];

export const graph: FederationGraph = {
  about: 'keys that are null at run time',
  subgraphs: {
    list: {
      sdl: `${link}
        type Query { listed: [Book] first: Book }
        type Book @key(fields: "upc") { upc: ID }`,
      resolvers: {
        Query: { listed: () => listed, first: () => listed[1] },
        Book: { __resolveReference: byKey([{ upc: 'u1' }, { upc: 'u2' }, { upc: 'u3' }], 'upc') },
      },
    },
    codes: {
      sdl: `${link}
        type Book @key(fields: "upc") @key(fields: "id") { upc: ID id: ID }`,
      resolvers: { Book: { __resolveReference: byKey(known, 'upc', 'id') } },
    },
    details: {
      sdl: `${link}
        type Book @key(fields: "id") { id: ID name: String parts: [Book] }`,
      resolvers: {
        Book: {
          __resolveReference: byKey(detailed, 'id'),
          parts: ({ parts }: (typeof detailed)[number]) =>
            parts?.map((part) => part && byKey(detailed, 'id')(part)),
        },
      },
    },
  },
  questions: [
    {
      query: '{ listed { name } first { name id upc } }',
      data: {
        listed: [{ name: 'Lamp' }, { name: null }, null, { name: null }, { name: 'Sofa' }],
        first: { name: null, id: null, upc: null },
      },
    },
    {
      query: '{ listed { upc id parts { name upc } } }',
      data: {
        listed: [
          { upc: 'u1', id: '1', parts: [{ name: 'Sofa', upc: 'u3' }, null, { name: 'Lamp', upc: 'u1' }] },
          { upc: null, id: null, parts: null },
          null,
          { upc: 'u2', id: null, parts: null },
          { upc: 'u3', id: '3', parts: null },
        ],
      },
    },
    {
      // No subgraph can be called for it, and that is no fault.
      query: '{ first { name parts { id } } }',
      data: { first: { name: null, parts: null } },
    },
  ],
};
