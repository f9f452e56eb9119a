import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kind, parse } from 'graphql';
import { expect, test } from 'vitest';
import { readSupergraphMap } from '../../platform/supergraph-map.ts';
import { listFiles, readSources } from '../support/sources.ts';
import { circlesOfFiles, circlesOfRooms } from './circle-rules.ts';
import { missingFilesInComments } from './comment-rules.ts';
import { brokenImports, brokenLayers, computedImports } from './import-rules.ts';
import { crowdedFolders, meaninglessNames, misnamedScripts, missingMutationFiles } from './name-rules.ts';
import {
  castIds,
  otherConnections,
  promisesWithoutIssue,
  readersOfEnvironment,
  tooLong,
  unwantedExports,
} from './source-rules.ts';

const root = join(import.meta.dirname, '../..');

function mutationsOf(sdl: string): string[] {
  return parse(sdl).definitions.flatMap((definition) =>
    (definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.OBJECT_TYPE_EXTENSION) &&
    definition.name.value === 'Mutation'
      ? (definition.fields ?? []).map(({ name }) => name.value)
      : [],
  );
}

const files = listFiles(root);
const sources = readSources(root, files);
/** The files that state the rules name what they forbid. */
const others = sources.filter(({ path }) => !path.startsWith('test/architecture'));
const subgraphs = readSupergraphMap().subgraphs.map(({ name, schemaFile }) => ({
  name,
  mutations: mutationsOf(readFileSync(schemaFile, 'utf8')),
}));

test('every part imports only itself and what stands below it, with names that Node resolves as they are', () => {
  expect(sources.length).toBeGreaterThan(50);
  expect(brokenImports(others)).toEqual([]);
  expect(computedImports(others)).toEqual([]);
});

test('no files import each other in a circle', () => {
  expect(circlesOfFiles(sources)).toEqual([]);
});

test('arrows between the rooms of a part go one way', () => {
  expect(circlesOfRooms(sources.filter(({ path }) => !path.startsWith('test/')))).toEqual([]);
});

test('inside a subgraph imports go one way: resolvers, behaviour, table, platform', () => {
  const broken = subgraphs.flatMap(({ name, mutations }) =>
    brokenLayers(
      sources.filter(({ path }) => path.startsWith(`subgraphs/${name}/`)),
      mutations,
    ),
  );
  expect(broken).toEqual([]);
});

test('every mutation has its file', () => {
  // purchase.ts is the table; the act of buying is make-purchase.ts.
  const exceptions = { 'purchases.purchase': 'make-purchase.ts' };
  const missing = subgraphs.flatMap(({ name, mutations }) =>
    missingMutationFiles(name, mutations, files, exceptions),
  );
  expect(missing).toEqual([]);
});

test('every subgraph has its tables of contents and a folder of tests', () => {
  const contents = [
    'index.ts',
    'resolvers.ts',
    'errors.ts',
    'schema.graphql',
    'resolvers.generated.ts',
    'migrations/catalog.txt',
  ];
  const wanted = subgraphs.flatMap(({ name }) => contents.map((file) => `subgraphs/${name}/${file}`));
  expect(wanted.filter((path) => !files.includes(path))).toEqual([]);
  const untested = subgraphs.filter(({ name }) => !files.some((path) => path.startsWith(`test/${name}/`)));
  expect(untested).toEqual([]);
});

test('only platform/process/environment.ts reads the environment', () => {
  expect(readersOfEnvironment(others)).toEqual([]);
});

test('npm run <x> is commands/<x>.ts', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(Object.keys(scripts).length).toBeGreaterThan(10);
  expect(misnamedScripts(scripts, files)).toEqual([]);
});

test('every file is named after what it does', () => {
  expect(meaninglessNames(files)).toEqual([]);
});

test('no folder holds more than 16 files side by side', () => {
  expect(crowdedFolders(files)).toEqual([]);
});

test('every file that a comment names exists', () => {
  expect(missingFilesInComments(others, files)).toEqual([]);
});

test('opens connections to databases in one place', () => {
  expect(otherConnections(sources)).toEqual([]);
});

test('no file is longer than 250 lines', () => {
  expect(tooLong(sources)).toEqual([]);
});

test('every promise to do something later names its issue', () => {
  expect(promisesWithoutIssue(others)).toEqual([]);
});

test('everything is exported by name, from the file that defines it', () => {
  expect(unwantedExports(others)).toEqual([]);
});

test('only platform/values/ids.ts makes an id of a text', () => {
  expect(castIds(others)).toEqual([]);
});
