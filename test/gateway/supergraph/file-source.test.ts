import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GraphQLError } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFileSource, toSupergraphError } from '../../../gateway/supergraph/file-source.ts';
import { SupergraphError } from '../../../gateway/supergraph/join-graph.ts';
import { temporaryFolder } from '../../support/temporary.ts';

let folder = '';
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sdlOf = (url: string) => `enum join__Graph {\n  A @join__graph(name: "a", url: "${url}")\n}`;

function open(sdl: string) {
  const file = join(folder, 'supergraph.graphql');
  writeFileSync(file, sdl);
  return { file, source: createFileSource(file) };
}

test('serves the file, and reloads it when its text has changed', () => {
  const { file, source } = open(sdlOf('http://one'));
  const { files, reload } = source.reloadOptions;
  expect(files()).toEqual([file]);
  expect(reload()).toBe(false);
  writeFileSync(file, sdlOf('http://two'));
  expect(reload()).toBe(
    'changed join__Graph.A from "@join__graph(name: "a", url: "http://one")" to "@join__graph(name: "a", url: "http://two")"',
  );
  expect(source.subgraphs.map(({ url }) => url)).toEqual(['http://two']);
});

test('keeps the old supergraph when the file becomes invalid or a listener refuses it', () => {
  const { file, source } = open(sdlOf('http://one'));
  writeFileSync(file, 'enum');
  expect(() => source.reloadOptions.reload()).toThrow(/supergraph\.graphql:1: Syntax Error/);
  source.onChange((sdl) => {
    if (sdl.includes('two')) throw new GraphQLError('Unknown type "X".');
  });
  writeFileSync(file, sdlOf('http://two'));
  expect(() => source.reloadOptions.reload()).toThrow(
    /supergraph\.graphql: the gateway cannot serve it \(Unknown type "X"\.\): compose it again/,
  );
  expect(source.sdl).toBe(sdlOf('http://one'));
});

test.each([
  ['', 'is missing'],
  ['nowhere', 'is not a URL \\("nowhere"\\)'],
  ['ftp://a', 'is not an http or https URL \\("ftp://a"\\)'],
  ['http://me:secret@a', 'has a user or a password in it'],
])('refuses the URL "%s" with its line and a remedy', (url, problem) => {
  expect(() => open(sdlOf(url))).toThrow(
    new RegExp(`supergraph\\.graphql:2: the URL of "a" ${problem}.*; compose it with a routing_url like`),
  );
});

test('says that a file cannot be read', () => {
  expect(() => createFileSource(join(folder, 'none.graphql'))).toThrow(
    /none\.graphql cannot be read \(ENOENT\): set SUPERGRAPH to a file/,
  );
});

test('names a feature that Apollo’s gateway does not support, and leaves other errors as they are', () => {
  const cause = new GraphQLError('feature https://example.com/x/v1.0 is for: SECURITY but is unsupported');
  const error = toSupergraphError(cause, 'a.graphql') as Error;
  expect(error).toBeInstanceOf(SupergraphError);
  expect(error.message).toBe(
    'a.graphql: it uses https://example.com/x/v1.0 for security, which this gateway does not know: compose it without',
  );
  const other = new TypeError('a mistake in the code');
  expect(toSupergraphError(other, 'a.graphql')).toBe(other);
});
