// Trusted documents: the gateway executes registered documents, by id or by text, and refuses every other one without parsing it.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../../gateway/http/request-parameters.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import type { SmallGraph } from '../small-graph.ts';
import { openEcho, refusalOf } from './wire.ts';

const echo = `# What the front page shows.
query Echo($text: String) {
  ...Said
}

fragment Said on Query {
  echo(text: $text)
}
`;
const change = 'mutation Change { change }\n';
const folders: string[] = [];

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const openTrusted = (files: Readonly<Record<string, string>>) =>
  openEcho({ TRUSTED_DOCUMENTS: 'true', OPERATIONS_DIR: folderOf(files) });

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

describe('a graph with trusted documents', () => {
  let graph: SmallGraph;
  beforeAll(async () => {
    graph = await openTrusted({
      'echo.graphql': echo,
      'change.graphql': change,
      'README.md': '# no document',
    });
  });
  afterAll(() => graph.close());

  const variables = { text: 'hello' };
  const persisted = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } });

  test.each([
    ['documentId', { documentId: sha256(echo) }],
    ['documentId with its algorithm', { documentId: `sha256:${sha256(echo)}` }],
    ['the hash of a persisted query', { extensions: persisted(sha256(echo)) }],
    ['that hash and the text', { extensions: persisted(sha256(echo)), query: echo }],
    ['its text', { query: echo }],
    ['its text without the line break at the end', { query: echo.trimEnd() }],
    ['the id of that text', { documentId: sha256(echo.trimEnd()) }],
    ['its text and its name', { query: echo, operationName: 'Echo' }],
  ])('executes a registered operation by %s', async (_way, how) => {
    const answer = await graph.post({ ...how, variables });
    expect(await answer.json()).toEqual({ data: { echo: 'hello' } });
    expect(answer.status).toBe(200);
  });

  test('executes one by GET too', async () => {
    const search = new URLSearchParams({ documentId: sha256(echo), variables: JSON.stringify(variables) });
    const answer = await fetch(`${graph.url}?${search}`, { headers: { 'apollo-require-preflight': '1' } });
    expect(await answer.json()).toEqual({ data: { echo: 'hello' } });
  });

  test('never executes a registered mutation by GET', async () => {
    const search = new URLSearchParams({ documentId: sha256(change) });
    const answer = await fetch(`${graph.url}?${search}`, { headers: { 'apollo-require-preflight': '1' } });
    expect(answer.status).toBe(405);
  });

  test.each([
    ['another operation', { query: '{ ok }' }],
    ['a registered one with a space more', { query: echo.replace('$text: String', '$text:  String') }],
    ['a document that cannot be parsed', { query: '{'.repeat(10_000) }],
    ['introspection', { query: '{ __schema { types { name } } }' }],
    ['an id that is not there', { documentId: sha256('{ ok }') }],
    ['an id that is a name of every object', { documentId: 'constructor' }],
    ['an id that is no text', { documentId: { $ne: null } }],
    ['a hash that is not there', { extensions: persisted(sha256('{ ok }')) }],
    ['a new operation with its hash', { query: '{ ok }', extensions: persisted(sha256('{ ok }')) }],
    ['a registered id with another text', { documentId: sha256(echo), query: '{ ok }' }],
    ['two ids of two documents', { documentId: sha256(echo), extensions: persisted(sha256(change)) }],
    ['nothing', { variables }],
  ])('refuses %s without parsing it', async (_what, body) => {
    const asked = graph.asked.length;
    expect(await refusalOf(await graph.post(body))).toEqual([403, 'OPERATION_NOT_REGISTERED']);
    expect(graph.asked).toHaveLength(asked);
  });
});

describe('an invalid folder of documents keeps the gateway from starting, with one sentence', () => {
  test.each([
    [
      'a field that does not exist',
      { 'a.graphql': 'query A {\n  colour\n}\n' },
      /a\.graphql:2: Cannot query field/,
    ],
    ['broken GraphQL', { 'a.graphql': 'query A {\n  ok\n' }, /a\.graphql:3: Syntax Error/],
    ['no name', { 'a.graphql': '{ ok }' }, /a\.graphql:1: needs exactly one operation, with a name/],
    ['two operations', { 'a.graphql': 'query A { ok } query B { ok }' }, /a\.graphql:1: needs exactly one/],
    ['no operation', { 'a.graphql': 'fragment F on Query { ok }' }, /a\.graphql:1: needs exactly one/],
    [
      'the same name twice',
      { 'a.graphql': 'query A { ok }', 'b.graphql': 'query A { echo }' },
      /a\.graphql: .*b\.graphql has an operation A too/,
    ],
    ['no document at all', { 'README.md': '' }, /has no file that ends in \.graphql/],
  ])('for %s', async (_what, files, sentence) => {
    await expect(openTrusted(files)).rejects.toThrow(sentence);
  });

  test('for a folder that does not exist', async () => {
    const missing = { TRUSTED_DOCUMENTS: 'true', OPERATIONS_DIR: '/nowhere/at/all' };
    await expect(openEcho(missing)).rejects.toThrow(
      'OPERATIONS_DIR: the folder /nowhere/at/all cannot be read',
    );
  });
});
