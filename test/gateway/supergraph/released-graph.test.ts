// After a reload nothing may hold the old graph: each one would stay for as long as the process lives.
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { queryObjects } from 'node:v8';
import { GraphQLSchema } from 'graphql';
import { afterEach, expect, test } from 'vitest';
import { anonymous } from '../../../platform/identity/viewer.ts';
import { buildExecutableSchema } from '../../../platform/subgraph/schema.ts';
import { createSwappableExecutor } from '../../../platform/subgraph/swappable-executor.ts';
import { collectGarbage } from '../../support/memory.ts';
import { executeOn, link, openSmallGraph, type SmallGraph } from '../small-graph.ts';

const shop = `${link}
  type Query { item: Item things: [Thing] }
  interface Thing { id: ID }
  type Item implements Thing @key(fields: "id") { id: ID name: String }`;
const prices = `${link} type Item @key(fields: "id") { id: ID price: Int }`;

const item = { __typename: 'Item', id: '1', name: 'lamp' };
const subgraphs = {
  shop: { sdl: shop, resolvers: { Query: { item: () => item, things: () => [item] } } },
  prices: { sdl: prices, resolvers: { Item: { __resolveReference: () => ({ id: '1', price: 3 }) } } },
};

let opened: SmallGraph | undefined;
afterEach(() => opened?.close());

/**
 * The schemas that something still reaches, when the count is the expected one or two counts in a row agree: V8 collects garbage
 * before it counts, but what the last request has begun may reach its schema a moment longer. A count takes a second, or five when the
 * heap is large.
 */
async function countSchemas(expected?: unknown): Promise<unknown> {
  let last: unknown;
  for (;;) {
    await turn();
    const count = queryObjects(GraphQLSchema);
    if (count === last || count === expected) return count;
    last = count;
    await sleep(100);
  }
}

test.each([
  ['compiled plans', 'true'],
  ['Apollo’s own executor', 'false'],
])('the gateway lets each old supergraph go, with %s', async (_executor, COMPILED_PLANS) => {
  const graph = await openSmallGraph(subgraphs, { COMPILED_PLANS });
  opened = graph;
  const ask = async (query: string) => {
    const body = (await (await graph.post({ query })).json()) as { data?: unknown; errors?: unknown };
    expect(body).toEqual({ data: expect.anything() });
  };
  const reload = async (version: number) => {
    graph.offer(graph.supergraphSdl.replace('type Item', `"version ${version}" type Item`));
    // As clients do that ask for something new, or under other names: the caches get a text that only this graph had.
    await ask(`{ item { name price${version}: price } }`);
    await ask('query ($with: Boolean = true) { item { id price @include(if: $with) } things { id } }');
    await ask('{ __schema { queryType { name } } }');
    await graph.post({ query: '{ nothing }' });
  };
  for (let version = 0; version < 2; version += 1) await reload(version);
  const before = await countSchemas();
  for (let version = 2; version < 6; version += 1) await reload(version);
  expect(await countSchemas(before)).toEqual(before);
});

test('a subgraph lets each old schema go, after the time in which callers may still use it', async () => {
  const schemas: WeakRef<GraphQLSchema>[] = [];
  const serve = (version: number) => {
    const schema = buildExecutableSchema(`type Query { v${version}: Int }`, {});
    schemas.push(new WeakRef(schema));
    return executeOn(schema);
  };
  const { execute, replace } = createSwappableExecutor(serve(0), 1);
  const call = { viewer: anonymous, signal: new AbortController().signal, traceId: '0'.repeat(32) };
  for (let version = 1; version <= 4; version += 1) {
    replace(serve(version));
    await execute({ query: `{ v${version} nothing }` }, call);
    expect(await execute({ query: `{ v${version} }` }, call)).toEqual({ data: { [`v${version}`]: null } });
  }
  await sleep(20);
  await collectGarbage();
  expect(schemas.map((schema) => schema.deref() !== undefined)).toEqual([false, false, false, false, true]);
  expect((await execute({ query: '{ v4 }' }, call)).data).toEqual({ v4: null });
});
