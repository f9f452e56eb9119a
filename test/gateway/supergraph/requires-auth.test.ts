import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { findUnenforcedAuth, findUnprotectedFields } from '../../../gateway/supergraph/requires-auth.ts';

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
  ]).map(({ subgraph, node, problem }) => `${subgraph} ${node.name.value}: ${problem}`);

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

const federation = 'https://specs.apollo.dev/federation/v2.9';
/** The problems of a subgraph with this @link and these types. */
const findLinked = (link: string, types: string) =>
  findUnprotectedFields([
    { name: 'products', typeDefs: parse(owner) },
    { name: 'shipping', typeDefs: parse(`extend schema ${link} ${types}`) },
  ]).map(({ problem }) => problem);

test.each([
  [
    `@link(url: "${federation}", import: [{name: "@requires", as: "@needs"}])`,
    '@needs(fields: "cost # all")',
  ],
  [`@link(url: "${federation}", as: "fed")`, '@fed__requires(fields: "cost")'],
  [`@core(url: "${federation}", as: "fed")`, '@fed__requires(fields: "cost")'],
])('follows the name that %s gives to @requires', (link, required) => {
  expect(findLinked(link, `type Product { cost: Int @external fee: Int ${required} }`)).toEqual([
    expect.stringContaining('its @requires names "Product.cost", which @auth opens to ["staff"] only'),
  ]);
  expect(findLinked(link, `type Product { fee: Int ${required} @auth(allow: ["staff"]) }`)).toEqual([]);
});

test.each([
  ['import: ["@context", "@fromContext"]', 'context', 'fromContext', '$c{cost}'],
  ['as: "fed"', 'fed__context', 'fed__fromContext', ' # all\n$c { ... on Product { cost } }'],
  ['import: [{name: "@context", as: "@a"}, {name: "@fromContext", as: "@b"}]', 'a', 'b', '$c cost'],
])('follows @fromContext with %s to the type that gives the context', (link, context, fromContext, value) => {
  const types = (rule: string) => `type Product @${context}(name: "c") { box: Box }
    type Box { fee(cost: Int @${fromContext}(field: ${JSON.stringify(value)})): Int ${rule} }`;
  const linked = `@link(url: "${federation}", ${link})`;
  expect(findLinked(linked, types(''))).toEqual([
    '"Box.fee" is open to everybody, and its @fromContext names "Product.cost", which @auth opens to ["staff"] only',
  ]);
  expect(findLinked(linked, types('@auth(allow: ["staff"])'))).toEqual([]);
});

test.each([
  ['import: [{name: "@auth", as: "@guard"}]', ['@guard']],
  ['import: ["@auth", {name: "@auth", as: "@guard"}]', ['@guard']],
  ['as: "guard"', ['@guard']],
  ['as: "guard", import: ["@auth"]', []],
  ['import: ["@auth"]', []],
])('finds the other name of @auth in %s', (link, names) => {
  const typeDefs = parse(`extend schema @link(url: "https://tributary.dev/auth/v1.0", ${link})`);
  expect(findUnenforcedAuth([{ name: 'a', typeDefs }]).map(({ problem }) => problem)).toEqual(
    names.map(
      (name) => `"@auth" is imported as "${name}", and a subgraph enforces it under its own name only`,
    ),
  );
});
