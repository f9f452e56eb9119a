// Keys that a subgraph names but cannot resolve: the way back into it, after it required something, goes by another one.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const rows = [
  { id: '1', code: 'a', serial: 's1', weight: 5 },
  { id: '2', code: 'b', serial: 's2', weight: 7 },
];

/** A subgraph that knows entities by one key only: by any other there is nothing. */
const only =
  (key: string) =>
  (reference: Readonly<Record<string, unknown>>): object | null =>
    reference[key] === undefined ? null : { ...byKey(rows, key)(reference), ...reference };

export const graph: FederationGraph = {
  about: 'an entity whose first key cannot be resolved',
  subgraphs: {
    parcels: {
      sdl: `${link}
        type Query { parcels: [Parcel!]! labels: [Label!]! }
        type Parcel @key(fields: "id", resolvable: false) @key(fields: "code") {
          id: ID! code: ID! weight: Int @external
          freight: Int @requires(fields: "weight")
        }
        type Label @key(fields: "id", resolvable: false) @key(fields: "serial") {
          id: ID! serial: ID! @external weight: Int @external
          text: String @requires(fields: "weight")
        }`,
      resolvers: {
        Query: {
          parcels: () => rows.map(({ id, code }) => ({ id, code })),
          labels: () => rows.map(({ id }) => ({ id })),
        },
        Parcel: {
          __resolveReference: only('code'),
          freight: ({ weight }: { weight: number }) => weight * 10,
        },
        Label: {
          __resolveReference: only('serial'),
          text: ({ serial, weight }: { serial: string; weight: number }) => `${serial}: ${weight}`,
        },
      },
    },
    scales: {
      sdl: `${link}
        type Parcel @key(fields: "id") { id: ID! weight: Int }
        type Label @key(fields: "id") { id: ID! serial: ID! weight: Int }`,
      resolvers: {
        Parcel: { __resolveReference: byKey(rows, 'id') },
        Label: { __resolveReference: byKey(rows, 'id') },
      },
    },
  },
  questions: [
    { query: '{ parcels { freight } }', data: { parcels: [{ freight: 50 }, { freight: 70 }] } },
    {
      query: '{ parcels { code weight freight } }',
      data: {
        parcels: [
          { code: 'a', weight: 5, freight: 50 },
          { code: 'b', weight: 7, freight: 70 },
        ],
      },
    },
    // Where the only key that can be resolved has a field of somebody else's, that is fetched first.
    { query: '{ labels { text } }', data: { labels: [{ text: 's1: 5' }, { text: 's2: 7' }] } },
  ],
};
