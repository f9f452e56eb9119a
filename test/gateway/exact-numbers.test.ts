// Numbers that a JavaScript number cannot hold keep their digits from the client to the subgraphs and back, whichever way a
// subgraph is called.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Execute, Operation, SubgraphResponse } from '../../platform/calls/call.ts';
import { anonymous } from '../../platform/identity/viewer.ts';
import { openSubgraphClient } from '../../platform/transport/subgraph-client.ts';
import { ExactNumber, parseExactJson } from '../../platform/values/exact-number.ts';
import { serve, sign, subgraphThat } from '../platform/subgraph/served-subgraph.ts';
import { executeOf, link, openSmallGraph, type SmallGraph, type SmallSubgraph } from './small-graph.ts';

/** Reads a literal as its subgraph may: every digit. */
function readLiteral(node: ValueNode): unknown {
  if (node.kind === Kind.INT || node.kind === Kind.FLOAT) return new ExactNumber(node.value);
  if (node.kind === Kind.LIST) return node.values.map(readLiteral);
  if (node.kind === Kind.OBJECT)
    return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, readLiteral(value)]));
  return 'value' in node ? node.value : null;
}
const exactScalar = (name: string) =>
  new GraphQLScalarType({ name, parseValue: (value) => value, parseLiteral: readLiteral });
const scalars = { Long: exactScalar('Long'), Json: exactScalar('Json') };

const ids = [
  '9007199254740993',
  '9007199254740992',
  '-0',
  '1.10',
  '1e400',
  '12345678901234567890.1234567890',
];
const orders = ids.map((id) => ({ id: new ExactNumber(id), total: new ExactNumber(`${id}`), weight: 1.1 }));

/** Only the last is an ID. */
const tagIds = ['9007199254740993.0', '9.007199254740993e15', '1e+21', '1'];

const subgraphs: Readonly<Record<string, SmallSubgraph>> = {
  orders: {
    sdl: `${link}
      scalar Long
      scalar Json
      input Deep { long: Long deeper: [Deep!] json: Json float: Float }
      type Query { orders: [Order!]! order(id: Long!): Order
        echo(long: Long, json: Json, input: Deep, float: Float, int: Int, id: ID, text: String): Json }
      type Order @key(fields: "id") { id: Long! total: Json weight: Float count: Int }`,
    resolvers: {
      ...scalars,
      Query: {
        orders: () => orders,
        order: (_: unknown, { id }: { id: unknown }) =>
          orders.find((order) => String(order.id) === String(id)),
        echo: (_: unknown, given: unknown) => given,
      },
    },
  },
  tags: {
    sdl: `${link} type Query { tags: [Tag!]! } type Tag { id: ID }`,
    execute: async () =>
      parseExactJson(`{"data":{"tags":[${tagIds.map((id) => `{"id":${id}}`)}]}}`) as SubgraphResponse,
  },
  stock: {
    sdl: `${link}
      scalar Long
      scalar Json
      type Order @key(fields: "id") { id: Long! total: Json @external weight: Float @external
        key: Json label: Json @requires(fields: "total weight") }`,
    resolvers: {
      ...scalars,
      Order: {
        __resolveReference: (reference: object) => reference,
        key: ({ id }: { id: unknown }) => id,
        label: ({ total, weight }: { total: unknown; weight: unknown }) => [total, weight],
      },
    },
  },
};

const closers: (() => unknown)[] = [];
/** The body of every request over HTTP. */
const seen: string[] = [];

/** As a foreign subgraph, which may be written in a language that keeps digits. */
async function overHttp(name: string, execute: Execute): Promise<Execute> {
  const call = { viewer: anonymous, signal: AbortSignal.timeout(60_000), traceId: '0'.repeat(32) };
  const server = createServer(async (request, response) => {
    const body = await text(request);
    seen.push(body);
    response.end(JSON.stringify(await execute(parseExactJson(body) as Operation, call)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = openSubgraphClient(name, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  closers.push(client.close, () => server.close());
  return client.execute;
}

/** As a subgraph of this project, in a process of its own. */
async function overBundles(_name: string, execute: Execute): Promise<Execute> {
  const { url } = await serve(subgraphThat(execute));
  const client = openSubgraphClient('accounts', url, (_audience, viewer) => sign('accounts', viewer));
  closers.push(client.close);
  return client.execute;
}

afterAll(() => Promise.all(closers.map((close) => close())));

describe.each([
  ['in memory', async (_name: string, execute: Execute) => execute, {}],
  ['over HTTP as foreign subgraphs', overHttp, {}],
  ['over HTTP as own subgraphs', overBundles, {}],
  ['over HTTP, planned and executed by Apollo', overHttp, { COMPILED_PLANS: 'false' }],
])('%s', (_how, transport, settings) => {
  let graph: SmallGraph;
  beforeAll(async () => {
    const entries = Object.entries(subgraphs).map(async ([name, subgraph]) => {
      const execute = await transport(name, executeOf(subgraph));
      return [name, { ...subgraph, execute }] as const;
    });
    graph = await openSmallGraph(Object.fromEntries(await Promise.all(entries)), settings);
  });
  afterAll(() => graph?.close());

  /** The text of the response: to parse it would lose what is tested. */
  const ask = async (query: string, variables = '{}') =>
    (await (await graph.post(`{"query":${JSON.stringify(query)},"variables":${variables}}`)).text()).trim();
  const get = async (query: string, variables: string) => {
    const search = new URLSearchParams({ query, variables });
    const headers = { 'apollo-require-preflight': '1' };
    return (await (await fetch(`${graph.url}?${search}`, { headers })).text()).trim();
  };

  test.each(ids)('answers %s, and finds its entity by it in another subgraph', async (id) => {
    const query = `{ order(id: ${id}) { id total key label } }`;
    const data = `{"order":{"id":${id},"total":${id},"key":${id},"label":[${id},1.1]}}`;
    expect(await ask(query)).toBe(`{"data":${data}}`);
    const withVariable = 'query ($id: Long!) { order(id: $id) { id total key label } }';
    expect(await ask(withVariable, `{"id":${id}}`)).toBe(`{"data":${data}}`);
    expect(await get(withVariable, `{"id":${id}}`)).toBe(`{"data":${data}}`);
    const withDefault = `query ($id: Long! = ${id}) { order(id: $id) { id total key label } }`;
    expect(await ask(withDefault)).toBe(`{"data":${data}}`);
  });

  test('keeps entities apart whose keys are the same JavaScript number', async () => {
    const expected = ids.map((id) => `{"key":${id},"label":[${id},1.1]}`).join();
    expect(await ask('{ orders { key label } }')).toBe(`{"data":{"orders":[${expected}]}}`);
    // Twice, and under other names: responses are copied, and names restored.
    const aliased = ids.map((id) => `{"id":${id},"total":${id}}`).join();
    expect(await ask('{ orders { id: key total: id } more: orders { id: key total: id } }')).toBe(
      `{"data":{"orders":[${aliased}],"more":[${aliased}]}}`,
    );
  });

  test('passes numbers on inside of input objects, lists and the objects of a scalar', async () => {
    const given = (name: string) =>
      `{${name}long${name}: 1.10, ${name}deeper${name}: [{${name}long${name}: -9007199254740993}], ${name}json${name}: {${name}a${name}: [1e400, -0, 5]}}`;
    const answer =
      '{"data":{"echo":{"input":{"long":1.10,"deeper":[{"long":-9007199254740993}],"json":{"a":[1e400,-0,5]}}}}}';
    expect(await ask(`{ echo(input: ${given('')}) }`)).toBe(answer);
    expect(await ask('query ($input: Deep) { echo(input: $input) }', `{"input":${given('"')}}`)).toBe(answer);
  });

  test('follows the rules of GraphQL for its own scalars', async () => {
    const query = 'query ($float: Float, $id: ID, $int: Int) { echo(float: $float, id: $id, int: $int) }';
    expect(await ask(query, '{"float":1.10,"id":9007199254740993,"int":1.0}')).toBe(
      '{"data":{"echo":{"float":1.1,"int":1,"id":"9007199254740993"}}}',
    );
    expect(await ask('{ echo(float: 1.10, id: 9007199254740993) }')).toBe(
      '{"data":{"echo":{"float":1.1,"id":"9007199254740993"}}}',
    );
  });

  test.each([
    ['$int: Int', '{"int":9007199254740993}'],
    ['$int: Int', '{"int":1e400}'],
    ['$float: Float', '{"float":1e400}'],
    ['$text: String', '{"text":1.10}'],
    ['$id: ID', '{"id":1.10}'],
    ['$id: ID', '{"id":1.0}'],
    ['$id: ID', '{"id":9007199254740993.0}'],
    ['$id: ID', '{"id":9.007199254740993e15}'],
    ['$id: ID', '{"id":1e+21}'],
  ])('refuses for %s the variables %s, by the name', async (definition, variables) => {
    const [, name] = /\$(\w+)/.exec(definition) ?? [];
    const before = graph.asked.length;
    const answer = await ask(`query (${definition}) { echo(${name}: $${name}) }`, variables);
    expect(JSON.parse(answer)).toMatchObject({
      errors: [{ message: expect.stringContaining(`"$${name}"`), extensions: { code: 'BAD_USER_INPUT' } }],
    });
    expect(answer).not.toContain('rawJSON');
    expect(graph.asked).toHaveLength(before);
  });

  test('refuses an ID with a fraction or an exponent in the answer of a subgraph, at its place', async () => {
    const answer = JSON.parse(await ask('{ tags { id } }'));
    expect(answer.data).toEqual({
      tags: [{ id: null }, { id: null }, { id: null }, { id: 1 }],
    });
    expect(answer.errors).toMatchObject(
      [0, 1, 2].map((index) => ({
        path: ['tags', index, 'id'],
        extensions: { code: 'SUBGRAPH_ANSWER_INVALID' },
      })),
    );
  });
});

test('sends a literal as a literal, because some subgraphs read the numbers of variables as JavaScript does', () => {
  const bodies = seen.filter((body) => body.includes('order(id:9007199254740993)'));
  expect(bodies.length).toBeGreaterThan(0);
  expect(seen.join()).not.toContain('number-');
});
