// Trusted documents: the gateway executes registered documents, by id or by text in any form, and refuses every other one.
import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../../gateway/http/request-parameters.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { openEcho, refusalOf, withHash } from '../http/wire.ts';
import type { SmallGraph } from '../small-graph.ts';

const echo = `# What the front page shows.
query Echo($text: String) {
  ...Said
}

fragment Said on Query {
  echo(text: $text)
}
`;
const change = 'mutation Change { change }\n';
const hash = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex');

/** As `generate-persisted-query-manifest` of Apollo writes it. */
function manifest(operations: object[], more: object = {}): string {
  return JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, ...more, operations });
}
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

  test.each([
    ['documentId', { documentId: sha256(echo) }],
    ['documentId with its algorithm', { documentId: `sha256:${sha256(echo)}` }],
    ['the hash of a persisted query', { extensions: withHash(sha256(echo)) }],
    ['that hash and the text', { extensions: withHash(sha256(echo)), query: echo }],
    ['its text', { query: echo }],
    ['its text without the line break at the end', { query: echo.trimEnd() }],
    ['the id of that text', { documentId: sha256(echo.trimEnd()) }],
    ['its text and its name', { query: echo, operationName: 'Echo' }],
    ['its text with a space more', { query: echo.replace('$text: String', '$text:  String') }],
    [
      'its text without comments, in other lines',
      { query: echo.replace(/#.*\n/, '').replaceAll('\n', '\r\n') },
    ],
    ['its text with the fragment first', { query: echo.split('\n\n').reverse().join('\n') }],
    [
      'the hash of its text with the line breaks of Windows',
      { documentId: sha256(echo.replaceAll('\n', '\r\n')) },
    ],
    ['the SHA-1 that graphql-codegen makes by default', { documentId: hash('sha1', echo) }],
    ['the MD5 that Relay makes, as id', { id: hash('md5', echo) }],
    ['that MD5, as doc_id with an empty text', { doc_id: hash('md5', echo), query: '' }],
    ['that SHA-1 where Apollo Client sends hashes', { extensions: withHash(hash('sha1', echo)) }],
  ])('executes a registered operation by %s', async (_way, how) => {
    const answer = await graph.post({ ...how, variables });
    expect(await answer.json()).toEqual({ data: { echo: 'hello' } });
    expect(answer.status).toBe(200);
  });

  // What Apollo Client prints of the file: no comments, and `__typename` in each selection set but the operation's.
  const byApollo =
    'query Echo($text: String) {\n  ...Said\n}\n\nfragment Said on Query {\n  echo(text: $text)\n  __typename\n}';

  test.each([
    ['the text of Apollo Client', { query: byApollo }],
    ['its hash', { extensions: withHash(sha256(byApollo)) }],
    ['its text and the hash of the file', { query: byApollo, documentId: sha256(echo) }],
  ])('answers __typename where the client sends it, by %s', async (_way, how) => {
    const answer = await graph.post({ ...how, variables });
    expect(await answer.json()).toEqual({ data: { echo: 'hello', __typename: 'Query' } });
  });

  test('a client that sends the hash of another form first sends its text then, and the hash alone from then on', async () => {
    const query = echo.replaceAll('  ', '\t');
    const extensions = withHash(sha256(query));
    const first = await graph.post({ extensions, variables });
    // urql compares the message, and Apollo Client the code.
    expect([first.status, await first.json()]).toEqual([
      200,
      { errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] },
    ]);
    for (const how of [{ query }, {}])
      expect(await (await graph.post({ ...how, extensions, variables })).json()).toEqual({
        data: { echo: 'hello' },
      });
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
    ['a registered one with another name', { query: echo.replace('query Echo', 'query Other') }],
    ['one with a field more', { query: echo.replace('echo(', 'ok echo(') }],
    ['one with another alias', { query: echo.replace('echo(', 'said: echo(') }],
    ['one with another argument', { query: echo.replace('text: $text', 'number: 1') }],
    ['one with a directive', { query: echo.replace('(text: $text)', '(text: $text) @skip(if: false)') }],
    ['one with a default', { query: echo.replace('String)', 'String = "a")') }],
    ['one with a fragment more', { query: `${echo} fragment More on Query { ok }` }],
    ['one with an operation more', { query: `${echo} mutation Change { change }`, operationName: 'Echo' }],
    ['one with an alias of __typename', { query: echo.replace('echo(', 'said: __typename echo(') }],
    ['one with arguments of __typename', { query: echo.replace('echo(', '__typename(a: 1) echo(') }],
    ['one with selections of __typename', { query: echo.replace('echo(', '__typename { ok } echo(') }],
    ['a document that cannot be parsed', { query: '{'.repeat(10_000) }],
    ['introspection', { query: '{ __schema { types { name } } }' }],
    ['an id that is not there', { documentId: sha256('{ ok }') }],
    ['an id that is a name of every object', { documentId: 'constructor' }],
    ['an id that is no text', { documentId: { $ne: null } }],
    ['a hash that is no text', { extensions: withHash({ $ne: null }), query: echo }],
    ['a new operation with its hash', { query: '{ ok }', extensions: withHash(sha256('{ ok }')) }],
    ['a registered id with another text', { documentId: sha256(echo), query: '{ ok }' }],
    ['two ids of two documents', { documentId: sha256(echo), extensions: withHash(sha256(change)) }],
    ['nothing', { variables }],
  ])('refuses %s', async (_what, body) => {
    const asked = graph.asked.length;
    const answer = await graph.post(body, { accept: 'application/graphql-response+json' });
    expect(answer.headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8');
    expect(await refusalOf(answer)).toEqual([403, 'OPERATION_NOT_REGISTERED']);
    expect(graph.asked).toHaveLength(asked);
  });
});

describe('a graph with the manifests of its clients', () => {
  // Two versions of one operation, as two releases of a front-end send them.
  const older = 'query Said($text: String) { echo(text: $text) __typename }';
  const newer = 'query Said($text: String) { echo(text: $text) ok __typename }';
  const relay = 'query EchoQuery(\n  $text: String\n) {\n  echo(text: $text)\n}\n';
  // graphql-codegen prints in one line, with sorted fields.
  const codegen = 'query Both($text: String) { echo(text: $text) ok }';
  let graph: SmallGraph;
  beforeAll(async () => {
    const operation = { name: 'Said', type: 'query' };
    const web = folderOf({
      'web-1.json': manifest([{ ...operation, id: sha256(older), body: older }]),
      'web-2.json': manifest([{ ...operation, id: 'Said:2', body: newer }]),
      'codegen.json': JSON.stringify({
        [hash('sha1', codegen)]: codegen,
        [`sha256:${sha256(codegen)}`]: codegen,
      }),
      'said.variables.json': '{"text":"a sample"}',
    });
    const relayFile = join(
      folderOf({ 'relay.json': JSON.stringify({ [hash('md5', relay)]: relay }) }),
      'relay.json',
    );
    graph = await openEcho({ TRUSTED_DOCUMENTS: 'true', OPERATIONS_DIR: `${web}, ${relayFile}` });
  });
  afterAll(() => graph.close());

  test.each([
    ['the older version by its hash', { extensions: withHash(sha256(older)) }, { __typename: 'Query' }],
    [
      'the newer version by an id of its own',
      { extensions: withHash('Said:2') },
      { ok: 'fine', __typename: 'Query' },
    ],
    ['an operation of codegen by SHA-1', { documentId: hash('sha1', codegen) }, { ok: 'fine' }],
    ['one by SHA-256', { documentId: `sha256:${sha256(codegen)}` }, { ok: 'fine' }],
    [
      'one in the extension of Apollo Client',
      { extensions: withHash(hash('sha1', codegen)) },
      { ok: 'fine' },
    ],
    ['an operation of Relay as doc_id', { doc_id: hash('md5', relay) }, {}],
    ['one as id, without a text', { id: hash('md5', relay), query: null }, {}],
    ['one by its text', { query: relay }, {}],
  ])('executes %s', async (_what, how, more) => {
    const answer = await graph.post({ ...how, variables: { text: 'hello' } });
    expect([answer.status, await answer.json()]).toEqual([200, { data: { echo: 'hello', ...more } }]);
  });

  test('the id of one version with the text of the other is refused', async () => {
    const body = { query: newer, extensions: withHash(sha256(older)) };
    expect(await refusalOf(await graph.post(body))).toEqual([403, 'OPERATION_NOT_REGISTERED']);
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
    ['a file that is no manifest', { 'a.json': '[]' }, /a\.json: is no list of operations/],
    ['a file that is no JSON', { 'a.json': 'query A { ok }' }, /a\.json: is not JSON: /],
    ['a map with something else', { 'a.json': '{"1":{"query":"query A { ok }"}}' }, /a\.json: is no list/],
    ['a later version of a format', { 'a.json': manifest([], { version: 2 }) }, /a\.json: is no list/],
    [
      'an operation of a manifest',
      { 'a.json': '{"id1":"query A {\\n colour }"}' },
      /a\.json: id1:2: Cannot query field/,
    ],
    ['broken GraphQL in one', { 'a.json': '{"id1":"query A {"}' }, /a\.json: id1:1: Syntax Error/],
    [
      'an id of two operations',
      { 'a.json': '{"id1":"query A { ok }"}', 'b.json': '{"id1":"query A { echo }"}' },
      /b\.json: .*a\.json has another operation with the id id1/,
    ],
    ['no document at all', { 'README.md': '' }, /has no file that ends in \.graphql/],
  ])('for %s', async (_what, files, sentence) => {
    await expect(openTrusted(files)).rejects.toThrow(sentence);
  });

  test('for a folder that does not exist', async () => {
    const missing = { TRUSTED_DOCUMENTS: 'true', OPERATIONS_DIR: '/nowhere/at/all' };
    await expect(openEcho(missing)).rejects.toThrow('OPERATIONS_DIR: /nowhere/at/all cannot be read');
  });
});
