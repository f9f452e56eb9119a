// @skip and @include, with and without variables, on fields, fragments and roots, on what others require and on what holds
// nothing else.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph, type Question } from '../federation-graph.ts';

const products = [
  { __typename: 'Lamp', id: '1', price: 10, name: 'Lit' },
  { __typename: 'Desk', id: '2', price: null, name: 'Oak' },
];

export const graph: FederationGraph = {
  about: '@skip and @include in every place',
  subgraphs: {
    a: {
      sdl: `${link}
        type Query { products: [Product!]! lamp: Lamp one: String! }
        interface Product { id: ID! price: Int }
        type Lamp implements Product @key(fields: "id") { id: ID! price: Int }
        type Desk implements Product @key(fields: "id") { id: ID! price: Int }`,
      resolvers: {
        Query: { products: () => products, lamp: () => products[0], one: () => '1' },
        Lamp: { __resolveReference: byKey(products.slice(0, 1), 'id') },
        Desk: { __resolveReference: byKey(products.slice(1), 'id') },
      },
    },
    b: {
      sdl: `${link}
        type Query { two: String! }
        type Lamp @key(fields: "id") { id: ID! price: Int @external name: String! label: String @requires(fields: "price") }
        type Desk @key(fields: "id") { id: ID! name: String! }`,
      resolvers: {
        Query: { two: () => '2' },
        Lamp: {
          __resolveReference: (reference: { id: string }) => ({
            ...byKey(products.slice(0, 1), 'id')(reference),
            ...reference,
            name: 'Lit',
          }),
          label: ({ price }: { price: number | null }) => `for ${price}`,
        },
        Desk: { __resolveReference: byKey(products.slice(1), 'id') },
      },
    },
    c: {
      sdl: `${link}
        type Lamp @key(fields: "id") { id: ID! label: String @external loud: String @requires(fields: "label") }`,
      resolvers: {
        Lamp: {
          __resolveReference: (reference: object) => ({ ...reference }),
          loud: ({ label }: { label: string }) => label.toUpperCase(),
        },
      },
    },
  },
  questions: [
    ...bothWays('query($x: Boolean!) { lamp { id name @include(if: $x) price @skip(if: $x) } }', [
      { lamp: { id: '1', name: 'Lit' } },
      { lamp: { id: '1', price: 10 } },
    ]),
    // What remains is an object without fields, not null.
    ...bothWays(
      'query($x: Boolean!) { lamp { name @include(if: $x) } products { price @include(if: $x) } }',
      [
        { lamp: { name: 'Lit' }, products: [{ price: 10 }, { price: null }] },
        { lamp: {}, products: [{}, {}] },
      ],
    ),
    ...bothWays('query($x: Boolean!) { one @skip(if: $x) two @include(if: $x) }', [
      { two: '2' },
      { one: '1' },
    ]),
    ...bothWays('query($x: Boolean!) { one @skip(if: $x) }', [{}, { one: '1' }]),
    ...bothWays(
      'query($x: Boolean!) { ... @include(if: $x) { two lamp { label } } lamp { ...L @skip(if: $x) } } fragment L on Lamp { name }',
      [{ two: '2', lamp: { label: 'for 10' } }, { lamp: { name: 'Lit' } }],
    ),
    // Left out itself, a field needs nothing; and what it needs is not left out with a field that is asked for.
    ...bothWays('query($x: Boolean!) { lamp { name label @skip(if: $x) } }', [
      { lamp: { name: 'Lit' } },
      { lamp: { name: 'Lit', label: 'for 10' } },
    ]),
    ...bothWays('query($x: Boolean!) { lamp { price @skip(if: $x) label name loud } }', [
      { lamp: { label: 'for 10', name: 'Lit', loud: 'FOR 10' } },
      { lamp: { price: 10, label: 'for 10', name: 'Lit', loud: 'FOR 10' } },
    ]),
    ...bothWays('query($x: Boolean!) { lamp { id @skip(if: $x) name loud @include(if: $x) } }', [
      { lamp: { name: 'Lit', loud: 'FOR 10' } },
      { lamp: { id: '1', name: 'Lit' } },
    ]),
    ...bothWays(
      'query($x: Boolean!) { products { ... on Lamp @include(if: $x) { name } ... on Desk @skip(if: $x) { name } __typename @include(if: $x) } }',
      [
        { products: [{ name: 'Lit', __typename: 'Lamp' }, { __typename: 'Desk' }] },
        { products: [{}, { name: 'Oak' }] },
      ],
    ),
    {
      query:
        'query($x: Boolean = true, $y: Boolean = false) { lamp { a: name @include(if: $x) @skip(if: $y) b: name @skip(if: $x) @include(if: $y) c: name @include(if: $y) } }',
      data: { lamp: { a: 'Lit' } },
    },
    {
      query: '{ lamp @skip(if: true) { name } one @include(if: false) two @include(if: true) }',
      data: { two: '2' },
      asks: ['b'],
    },
    {
      // Asked for twice, left out once.
      query: 'query($x: Boolean!) { lamp { name @skip(if: $x) name } lamp @skip(if: $x) { price } }',
      variables: { x: true },
      data: { lamp: { name: 'Lit' } },
    },
  ],
};

/** The answers for $x: true, then false. */
function bothWays(query: string, [yes, no]: [unknown, unknown]): Question[] {
  return [
    { query, variables: { x: true }, data: yes },
    { query, variables: { x: false }, data: no },
  ];
}
