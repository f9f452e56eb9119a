// Scalars that subgraphs define: the gateway passes their values on unchanged, in arguments and in responses.
import { GraphQLScalarType, Kind, type ValueNode, valueFromASTUntyped } from 'graphql';
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const json = new GraphQLScalarType({
  name: 'Json',
  parseValue: (value) => value,
  parseLiteral: (node: ValueNode, variables) => valueFromASTUntyped(node, variables),
});
const even = new GraphQLScalarType({
  name: 'Even',
  parseValue: isEven,
  parseLiteral: (node) => isEven(node.kind === Kind.INT ? Number(node.value) : undefined),
});

const things = [
  { id: '1', data: { deep: [1, { __typename: 'Nothing', id: null }], price: 0.1 } },
  { id: '2', data: [null, 'text', true] },
  { id: '3', data: 0 },
];

export const graph: FederationGraph = {
  about: 'custom scalars of any form',
  subgraphs: {
    a: {
      sdl: `${link}
        scalar Json
        type Query { things: [Thing!]! echo(json: Json): Json }
        type Thing @key(fields: "id") { id: ID! data: Json }`,
      resolvers: {
        Json: json,
        Query: { things: () => things, echo: (_: unknown, { json: given }: { json: unknown }) => given },
        Thing: { __resolveReference: byKey(things, 'id') },
      },
    },
    b: {
      sdl: `${link}
        scalar Json
        scalar Even
        scalar Decimal
        type Query { half(of: Even!): Int twice(price: Decimal!): Decimal }
        type Thing @key(fields: "id") { id: ID! data: Json @external size: Int @requires(fields: "data") price: Decimal }`,
      resolvers: {
        Json: json,
        Even: even,
        Query: {
          half: (_: unknown, { of }: { of: number }) => of / 2,
          twice: (_: unknown, { price }: { price: string }) => (Number(price) * 2).toFixed(2),
        },
        Thing: {
          __resolveReference: (reference: object) => ({ ...reference, price: '1.50' }),
          size: ({ data }: { data: unknown }) => JSON.stringify(data).length,
        },
      },
    },
  },
  samples: { json: [1, 'x', null], of: [2, 4], price: ['1.25'] },
  questions: [
    {
      query: '{ things { data size price } }',
      data: {
        things: [
          {
            data: { deep: [1, { __typename: 'Nothing', id: null }], price: 0.1 },
            size: 59,
            price: '1.50',
          },
          { data: [null, 'text', true], size: 18, price: '1.50' },
          { data: 0, size: 1, price: '1.50' },
        ],
      },
    },
    {
      query: 'query($j: Json) { echo(json: $j) list: echo(json: [1, "a", { b: $j }]) none: echo }',
      variables: { j: { a: [1.5, null] } },
      data: { echo: { a: [1.5, null] }, list: [1, 'a', { b: { a: [1.5, null] } }], none: null },
    },
    {
      query: 'query($p: Decimal!) { half(of: 8) twice(price: $p) }',
      variables: { p: '1.25' },
      data: { half: 4, twice: '2.50' },
    },
    {
      query: '{ things { id: data } }',
      data: {
        things: [
          { id: { deep: [1, { __typename: 'Nothing', id: null }], price: 0.1 } },
          { id: [null, 'text', true] },
          { id: 0 },
        ],
      },
    },
  ],
};

function isEven(value: unknown): number {
  if (typeof value === 'number' && value % 2 === 0) return value;
  throw new Error('is odd');
}
