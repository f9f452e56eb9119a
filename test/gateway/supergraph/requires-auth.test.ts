import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { findUnprotectedFields } from '../../../gateway/supergraph/requires-auth.ts';

const owner = `
  type Product @key(fields: "id") { id: ID! name: String
    cost: Int @auth(allow: ["staff"]) weight: Int @auth(allow: ["account"])
    maker: Maker origin: Place stockCount: Int @auth(allow: ["service:purchases", "staff"]) }
  type Maker { name: String margin: Int @auth(allow: ["staff"]) }
  interface Place { code: String }
  type Country implements Place { code: String @auth(allow: ["staff"]) }`;

/** The problems of a subgraph whose Product has these fields. */
const findProblems = (fields: string) =>
  findUnprotectedFields([
    { name: 'products', typeDefs: parse(owner) },
    {
      name: 'shipping',
      typeDefs: parse(`type Product @key(fields: "id") { id: ID! cost: Int @external ${fields} }`),
    },
  ]).map(({ subgraph, field, problem }) => `${subgraph} ${field.name.value}: ${problem}`);

const says = (who: string, required: string, rules: string) => [
  `shipping fee: "Product.fee" is open to ${who}, and its @requires names "Product.${required}", which @auth opens to ${rules} only`,
];

test.each([
  ['fee: Int @requires(fields: "cost")', says('everybody', 'cost', '["staff"]')],
  ['fee: Int @federation__requires(fields: "name cost")', says('everybody', 'cost', '["staff"]')],
  ['fee: Int @requires(fields: "cost") @auth(allow: ["account"])', says('["account"]', 'cost', '["staff"]')],
  [
    'fee: Int @requires(fields: "cost") @auth(allow: ["staff", "service:purchases"])',
    says('["staff","service:purchases"]', 'cost', '["staff"]'),
  ],
  [
    'fee: Int @requires(fields: "weight") @auth(allow: ["service:purchases"])',
    says('["service:purchases"]', 'weight', '["account"]'),
  ],
])('refuses %s', (field, problems) => {
  expect(findProblems(field)).toEqual(problems);
});

test.each([
  'fee: Int @requires(fields: "name")',
  'fee: Int @requires(fields: "cost") @auth(allow: ["staff"])',
  'fee: Int @requires(fields: "weight") @auth(allow: ["staff"])',
  'fee: Int @requires(fields: "stockCount") @auth(allow: ["staff"])',
  'fee: Int @requires(fields: "cost weight") @auth(allow: "staff")',
])('accepts %s', (field) => {
  expect(findProblems(field)).toEqual([]);
});

test('follows the selections of @requires into objects, fragments and the types of an interface', () => {
  const nested = findProblems('fee: Int @requires(fields: "name maker { name margin } origin { code }")');
  expect(nested).toEqual([
    expect.stringContaining('names "Maker.margin", which @auth opens to ["staff"] only'),
    expect.stringContaining('names "Country.code", which @auth opens to ["staff"] only'),
  ]);
  const inFragment = findProblems('fee: Int @requires(fields: "origin { ... on Country { code } }")');
  expect(inFragment).toEqual([expect.stringContaining('names "Country.code"')]);
});
