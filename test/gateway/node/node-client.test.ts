// `node` and `nodes` over a graph of three owners: who is asked, how often, and what a client gets when an owner cannot tell.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Execute } from '../../../platform/calls/call.ts';
import { badInput } from '../../../platform/values/refusal.ts';
import { executeOf, openSmallGraph, type SmallGraph, type SmallSubgraph } from '../small-graph.ts';

const spec = `extend schema @link(url: "https://tributary.dev/node/v1.0")
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  interface Node { id: ID! }`;

const owner = (type: string, field: string, known: Record<string, string>, query = ''): SmallSubgraph => ({
  sdl: `${spec} ${query} type ${type} implements Node @key(fields: "id") { id: ID! ${field}: String }`,
  resolvers: {
    [type]: {
      __resolveReference: ({ id }: { id: string }) => {
        if (id.startsWith('no-')) throw badInput('id', 'must be an id');
        const value = known[id.toLowerCase()];
        return value === undefined ? null : { id: id.toLowerCase(), [field]: value };
      },
    },
  },
});

const shops = owner('Shop', 'street', { s1: 'High Street' }, 'type Query { hello: String }');
const books = owner('Book', 'title', { b1: 'Emma', b2: 'Persuasion' });
// A part of Book that another subgraph adds, and a type that does not want to be found by its id.
const prices: SmallSubgraph = {
  sdl: `${spec} type Book @key(fields: "id") { id: ID! price: Int }
    type Voucher implements Node @key(fields: "id", resolvable: false) { id: ID! }`,
  resolvers: { Book: { __resolveReference: ({ id }: { id: string }) => ({ id }), price: () => 7 } },
};

let graph: SmallGraph;
let isDown = false;
beforeAll(async () => {
  const answers = executeOf(shops);
  const execute: Execute = async (operation, call) => {
    if (isDown) throw new Error('the shop is closed');
    return answers(operation, call);
  };
  graph = await openSmallGraph({ shops: { ...shops, execute }, books, prices });
});
afterAll(() => graph.close());
beforeEach(() => {
  graph.asked.length = 0;
  isDown = false;
});

async function ask(query: string, variables = {}) {
  const { data, errors } = (await (await graph.post({ query, variables })).json()) as {
    data?: unknown;
    errors?: { message: string; path: unknown; extensions: { code: string } }[];
  };
  return { data, errors: errors?.map(({ path, extensions }) => [path, extensions.code]) };
}

test('finds the type of an id, and fetches the fields of its fragment from their owners', async () => {
  const query = `query ($id: ID!) { node(id: $id) { __typename id ... on Book { title price } ... on Shop { street } } }`;
  expect(await ask(query, { id: 'b1' })).toEqual({
    data: { node: { __typename: 'Book', id: 'b1', title: 'Emma', price: 7 } },
  });
  expect(await ask(query, { id: 's1' })).toEqual({
    data: { node: { __typename: 'Shop', id: 's1', street: 'High Street' } },
  });
  expect(await ask('{ node(id: "B1") { id } }')).toEqual({ data: { node: { id: 'b1' } } });
  expect(await ask(query, { id: 'unknown' })).toEqual({ data: { node: null } });
});

test('asks each owner once for all ids of an operation, and nobody who only adds to a type', async () => {
  const query =
    '{ a: node(id: "b1") { id } b: node(id: "s1") { id } nodes(ids: ["b2", "b1", "x", "b2"]) { id } }';
  const ids = [{ id: 'b2' }, { id: 'b1' }, null, { id: 'b2' }];
  expect(await ask(query)).toEqual({ data: { a: { id: 'b1' }, b: { id: 's1' }, nodes: ids } });
  expect(graph.asked.map(({ name }) => name).sort()).toEqual(['books', 'shops']);
  expect(graph.asked[0]?.operation.variables?.representations).toHaveLength(4);
});

test('answers an owner that is away for the ids that it might know, and for no others', async () => {
  isDown = true;
  expect(await ask('{ known: node(id: "b1") { id } nodes(ids: ["b2", "s1"]) { id } }')).toEqual({
    data: { known: { id: 'b1' }, nodes: [{ id: 'b2' }, null] },
    errors: [[['nodes', 1], 'SUBGRAPH_UNAVAILABLE']],
  });
});

test('refuses an id that no owner takes for one, and a list that is too long', async () => {
  expect(await ask('{ node(id: "no-id") { id } }')).toEqual({
    data: { node: null },
    errors: [[['node'], 'BAD_USER_INPUT']],
  });
  const body = { query: '{ node(id: "no-id") { id } nodes(ids: ["b1", "no-id"]) { id } }' };
  const { errors } = (await (await graph.post(body)).json()) as { errors: unknown[] };
  expect(errors).toEqual([
    expect.objectContaining({
      path: ['node'],
      message: '"id" must be an id.',
      extensions: { code: 'BAD_USER_INPUT', argument: 'id' },
    }),
    expect.objectContaining({
      path: ['nodes', 1],
      message: '"ids" must be an id.',
      extensions: { code: 'BAD_USER_INPUT', argument: 'ids' },
    }),
  ]);
  const ids = Array.from({ length: 101 }, () => 'b1');
  expect((await ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids })).errors).toEqual([
    [['nodes'], 'BAD_USER_INPUT'],
  ]);
});

test('counts each id: for the owners that are asked, and for the object that is found', async () => {
  const small = await openSmallGraph({ shops, books }, { LIMIT_COST: '32' });
  const codes = async (count: number) => {
    const ids = Array.from({ length: count }, () => 'b1');
    const body = { query: 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', variables: { ids } };
    return (
      (await (await small.post(body)).json()) as { errors?: { extensions: { code: string } }[] }
    ).errors?.map(({ extensions }) => extensions.code);
  };
  // Two types and the object: three for each id, and two for the list.
  expect([await codes(10), await codes(11)]).toEqual([undefined, ['COST_TOO_HIGH']]);
  await small.close();
});

test.each([
  ['a literal text', '"b1"', undefined, { id: 'b1' }],
  ['a variable', '$ids', { ids: 'b1' }, { id: 'b1' }],
  ['the default of a variable', '$ids', {}, { id: 'b2' }],
  ['a number above the limit of lists', '1001', undefined, null],
  ['the number 0', '0', undefined, null],
])('takes one id that is %s for a list of one, and counts one', async (_what, ids, variables, found) => {
  const head = variables === undefined ? '' : 'query ($ids: [ID!]! = "b2") ';
  const query = `${head}{ nodes(ids: ${ids}) { id } }`;
  expect(await ask(query, variables)).toEqual({ data: { nodes: [found] } });
  // Two types, the object, and two for the list.
  const costs = [5, 4].map(async (limit) => {
    const small = await openSmallGraph({ shops, books }, { LIMIT_COST: String(limit) });
    const response = await small.post({ query, variables });
    await small.close();
    return (await response.text()).includes('COST_TOO_HIGH');
  });
  expect(await Promise.all(costs)).toEqual([false, true]);
});

test('is no part of a graph whose subgraphs do not ask for it', async () => {
  const plain = {
    ...books,
    sdl: `${books.sdl.replace(/@link\(url: "https:\/\/tributary[^)]*\)/, '')} type Query { hello: String }`,
  };
  const small = await openSmallGraph({ plain });
  expect(small.supergraphSdl).not.toContain('gateway.node');
  await small.close();
});
