// The default limits leave room for honest clients: the operations that people and their tools send pass.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { transformSupergraphToPublicSchema } from '@theguild/federation-composition';
import { buildSchema, type GraphQLSchema, getIntrospectionQuery, Kind, parse, print } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Documents } from '../../../gateway/limits/documents.ts';
import { readGatewaySettings } from '../../../gateway/settings/settings.ts';
import { composeSupergraph } from '../../../gateway/supergraph/compose.ts';
import { readEnvironment } from '../../../platform/process/environment.ts';
import { readSupergraphMap } from '../../../platform/supergraph-map.ts';
import type { SmallGraph } from '../small-graph.ts';
import { many, nested, openCatalogue, send } from './catalogue.ts';

let graph: SmallGraph;
let shop: Documents;
beforeAll(async () => {
  graph = await openCatalogue();
  shop = shopDocuments();
});
afterAll(() => graph.close());

/** This repository's own graph, as the gateway reads documents for it. */
function shopDocuments(): Documents {
  const { supergraphSdl } = composeSupergraph(readSupergraphMap());
  const schema: GraphQLSchema = buildSchema(print(transformSupergraphToPublicSchema(parse(supergraphSdl))));
  const settings = readGatewaySettings(readEnvironment({ NODE_ENV: 'test' }));
  return new Documents({ schema, supergraphSdl, isProduction: false, settings });
}

/** The messages with which the gateway refuses the operations of a document, with these variables. */
function findRefusals(text: string, variables: Record<string, unknown> = {}): string[] {
  const { document, refusals } = shop.read(text);
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const checked = operations.flatMap((operation) =>
    operation.kind === Kind.OPERATION_DEFINITION ? shop.check(document, operation, variables) : [],
  );
  return [...refusals, ...checked].map(({ message }) => message);
}

const passes = { status: 200, codes: [] };

test.each([10, 15, 20])('an operation %i fields deep passes', async (depth) => {
  expect(await send(graph, nested(depth))).toMatchObject(passes);
});

test('an operation with hundreds of fields passes', async () => {
  const item = `id label parent { id label parts { id } } report { text }`;
  const query = `{ ${many(30, (n) => `a${n}: item(id: "${n}") { ${item} similar { ${item} } }`)} }`;
  expect(await send(graph, query)).toMatchObject(passes);
});

test('lists six levels deep pass in a graph that does not declare their size', async () => {
  const query = `{ item ${'{ parts '.repeat(6)} { id } ${'}'.repeat(6)} }`;
  expect(await send(graph, query)).toMatchObject(passes);
});

test('a page of a thousand entries passes, and a list of a thousand items in the request', async () => {
  expect(await send(graph, '{ page(first: 1000) { total entries { id label } } }')).toMatchObject(passes);
  const names = Array.from({ length: 1_000 }, String);
  expect(await send(graph, 'query($n: [String!]) { named(names: $n) }', { n: names })).toMatchObject(passes);
});

test('components that each bring a fragment pass', async () => {
  const components = 40;
  const query = `{ item { ${many(components, (n) => `...C${n}`)} } } ${many(components, (n) => `fragment C${n} on Item { id label parent { id label } }`)}`;
  expect(await send(graph, query)).toMatchObject(passes);
});

test('the introspection of tools passes in development', async () => {
  const development = await openCatalogue({ NODE_ENV: 'development' });
  const all = getIntrospectionQuery({
    descriptions: true,
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
  });
  expect(await send(development, all)).toMatchObject(passes);
  const one =
    '{ __type(name: "Item") { name fields { name args { name type { name } } type { name ofType { name } } } } }';
  expect(await send(development, one)).toMatchObject(passes);
  await development.close();
});

test('every operation that the README shows passes', () => {
  const readme = readFileSync(resolve(import.meta.dirname, '../../../README.md'), 'utf8');
  const documents = [...readme.matchAll(/```graphql\n([\s\S]*?)```/g)].map(([, text = '']) => text);
  const runnable = documents.filter((text) => /^\s*(query|mutation|\{)/m.test(text));
  expect(runnable.length).toBeGreaterThan(0);
  for (const text of runnable) expect(findRefusals(text)).toEqual([]);
});

test('the largest page with every field that a shop shows passes', () => {
  const query = `query($first: Int!) { me { id name sessions { id createdAt } purchases(first: $first) { pageInfo { hasNextPage endCursor }
    edges { node { id status total { amount currency } payment { id status amount { amount } refunds { id amount { amount } } }
      lines { quantity name unitPrice { amount currency } product { id name price { amount currency } stock } } } } } } }`;
  expect(findRefusals(query, { first: 100 })).toEqual([]);
});

test('signing up and signing in pass together', () => {
  const query = `mutation { createAccount(input: { email: "a@b.example", name: "A", password: "a long password" }) { id }
    createSession(input: { email: "a@b.example", password: "a long password" }) { token account { id } } }`;
  expect(findRefusals(query)).toEqual([]);
});

test('this graph refuses operations that are too expensive: repeated sign-ins, purchases of buyers of purchases', () => {
  const guess = 'createSession(input: { email: "a@b.example", password: "guess" }) { token }';
  expect(findRefusals(`mutation { a: ${guess} b: ${guess} }`)).toEqual([
    'The operation selects the expensive mutation createSession 2 times; the limit is 1.',
  ]);
  const inner = 'buyer { purchases(first: 100) { edges { node { id } } } }';
  const round = `{ me { purchases(first: 100) { edges { node { ${inner} } } } } }`;
  expect(findRefusals(round)).toEqual([
    expect.stringMatching(/^The operation has a cost of \d+; the limit is 10000\.$/),
  ]);
});
