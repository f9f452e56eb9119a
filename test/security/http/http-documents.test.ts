// Attacks on the store of persisted queries and on the list of trusted documents.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../../gateway/http/request-parameters.ts';
import { openEcho, refusalOf, withHash, within } from '../../gateway/http/wire.ts';

type Graph = Awaited<ReturnType<typeof openEcho>>;

let graph: Graph;
let trusted: Graph;
beforeAll(async () => {
  graph = await openEcho({ PERSISTED_QUERIES: '50' });
  trusted = await openEcho({ TRUSTED_DOCUMENTS: 'true', OPERATIONS_DIR: 'test/security/http/registered' });
});
afterAll(async () => {
  await Promise.all([graph.close(), trusted.close()]);
});

const notFound = { errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] };

describe('the store of persisted queries', () => {
  test('does not store a query under the hash of another one (poisoning)', async () => {
    const ours = '{ ok }';
    const response = await graph.post({
      query: 'mutation { change }',
      extensions: withHash(sha256(ours)),
    });
    expect(await refusalOf(response)).toEqual([400, 'PERSISTED_QUERY_HASH_MISMATCH']);
    expect(await (await graph.post({ extensions: withHash(sha256(ours)) })).json()).toMatchObject(notFound);
    expect(graph.changes()).toBe(0);
  });

  test('keeps its size in a flood of queries, and every query gets a response', async () => {
    const first = 'query First { ok }';
    await graph.post({ query: first, extensions: withHash(sha256(first)) });
    for (let index = 0; index < 200; index += 1) {
      const query = `query Flood${index} { ok }`;
      const response = await graph.post({ query, extensions: withHash(sha256(query)) });
      expect(response.status).toBe(200);
    }
    const gone = await graph.post({ extensions: withHash(sha256(first)) });
    expect(await gone.json(), 'the store keeps only the last 50').toMatchObject(notFound);
    const again = await graph.post({ query: first, extensions: withHash(sha256(first)) });
    expect(await again.json(), 'its client sends it again').toEqual({ data: { ok: 'fine' } });
  });

  test.each([
    ['a name of every object', '__proto__'],
    ['a path', '../../etc/passwd'],
    ['a list', [sha256('{ ok }')]],
    ['an object', { toString: sha256('{ ok }') }],
    ['text of 100,000 letters', 'a'.repeat(100_000)],
  ])('is not searched for %s', async (_what, hash) => {
    const response = await within(2_000, () => graph.post({ extensions: withHash(hash) }));
    expect(await refusalOf(response)).toEqual([400, 'BAD_REQUEST']);
  });
});

describe('the list of trusted documents', () => {
  test.each([
    [
      'a registered id beside another text',
      { documentId: sha256('query Fine { ok }'), query: 'mutation { change }' },
    ],
    ['a registered text beside another id', { query: 'query Fine { ok }', documentId: sha256('{ ok }') }],
    [
      'two operations, one of them registered',
      { query: 'query Fine { ok } mutation M { change }', operationName: 'Fine' },
    ],
    [
      'a registered text with a mutation in a comment that ends',
      { query: 'query Fine { ok } #\nmutation { change }' },
    ],
    ['another operation under a registered name', { query: 'query Fine { echo }' }],
    ['60,000 comments', { query: `query Fine { ok }${'#\n'.repeat(60_000)}` }],
    ['a document of 60,000 braces', { query: '{'.repeat(60_000) }],
    ['the name of a registered operation', { operationName: 'Fine' }],
  ])('does not execute %s', async (_what, body) => {
    const response = await within(2_000, () => trusted.post(body));
    expect(await refusalOf(response)).toEqual([403, 'OPERATION_NOT_REGISTERED']);
    expect(trusted.changes()).toBe(0);
  });

  test('cannot be added to', async () => {
    const query = 'mutation { change }';
    for (let times = 0; times < 2; times += 1) {
      const response = await trusted.post({ query, extensions: withHash(sha256(query)) });
      expect(await refusalOf(response)).toEqual([403, 'OPERATION_NOT_REGISTERED']);
    }
    expect(trusted.changes()).toBe(0);
    const registered = await trusted.post({ documentId: sha256('query Fine { ok }') });
    expect(await registered.json()).toEqual({ data: { ok: 'fine' } });
  });
});
