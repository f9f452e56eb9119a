// No compiler runs at a start, so a typo in the options of a subgraph is found by loading it.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { follow, handle } from '../../../platform/followers/follow.ts';
import { readSupergraphMap, SupergraphMapError } from '../../../platform/supergraph-map.ts';
import { loadSubgraph, refuseUnknownPeers, refuseUnpublishedEvents } from '../../../subgraphs/load.ts';
import { temporaryFolder } from '../../support/temporary.ts';

function load(options: string) {
  const parent = temporaryFolder();
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  const folder = join(parent, 'reviews');
  mkdirSync(folder);
  const file = join(folder, 'index.ts');
  writeFileSync(file, `export const subgraph = {\n${options}\n};\n`);
  const entry = {
    name: 'reviews',
    folder,
    routingUrl: '',
    unsetVariables: [],
    schemaFile: join(folder, 'schema.graphql'),
    line: 1,
  };
  return { path: relative(process.cwd(), file), loading: loadSubgraph(entry) };
}

const valid = "name: 'reviews',\ntables: [],\nmigrations: [],\nresolvers: {},\nrefusals: {},";

test('refuses options that are misspelt, missing or of another kind, each with its file and line', async () => {
  await expect(load(valid).loading).resolves.toMatchObject({ name: 'reviews' });
  const { path, loading } = load(
    "name: 'reviews',\ntables: [],\nmigration: [],\nresolvers: {},\nrefusals: {},\npeers: 'accounts',\nasync prepar() {},",
  );
  const error = await loading.catch((cause) => cause);
  expect(error).toBeInstanceOf(SupergraphMapError);
  expect(error.message.split('\n')).toEqual([
    `${path}:4: "migration" is not an option of defineSubgraph. Did you mean "migrations"?`,
    `${path}:7: "peers" must be a list.`,
    `${path}:8: "prepar" is not an option of defineSubgraph. Did you mean "prepare"?`,
    `${path}: "migrations" is missing.`,
  ]);
});

test('refuses a follower of an event that nobody publishes, or of a field that it lacks, with both names', async () => {
  const handler = handle({ reads: z.object({ weight: z.string() }), apply: async () => {} });
  const followers = {
    weights: follow('products', 'now', { 'product.created': handler, 'product.weighed': handler }),
  };
  await expect(refuseUnpublishedEvents(readSupergraphMap(), { name: 'reviews', followers })).rejects.toThrow(
    `reviews reads "weight" of "product.created" of products (weights), which has no such field
reviews follows "product.weighed" of products (weights), which does not publish it`,
  );
  const own = { ...followers, weights: follow('scales', 'now', {}) };
  expect(() => refuseUnknownPeers(readSupergraphMap(), { name: 'reviews', followers: own })).toThrow(
    '"scales"',
  );
});

test('refuses a peer that supergraph.yaml does not have', () => {
  const map = readSupergraphMap();
  const names = map.subgraphs.map(({ name }) => name);
  expect(() => refuseUnknownPeers(map, { name: 'reviews', peers: names })).not.toThrow();
  expect(() => refuseUnknownPeers(map, { name: 'reviews', peers: ['purchase', 'products'] })).toThrow(
    `reviews lists "purchase" among its peers and publishers, and supergraph.yaml has only: ${names.join(', ')}`,
  );
});
