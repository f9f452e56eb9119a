// Automatic persisted queries: a client sends the hash alone from the second time on. No client can exceed the bounds of the store.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPersistedQueryStore } from '../../../gateway/http/persisted-queries.ts';
import { sha256 } from '../../../gateway/http/request-parameters.ts';
import type { SmallGraph } from '../small-graph.ts';
import { openEcho, refusalOf, withHash } from './wire.ts';

describe('a client', () => {
  let graph: SmallGraph;
  let without: SmallGraph;
  beforeAll(async () => {
    graph = await openEcho();
    without = await openEcho({ PERSISTED_QUERIES: '0' });
  });
  afterAll(async () => {
    await Promise.all([graph.close(), without.close()]);
  });

  test('sends a query with its hash once, and then the hash alone, by POST or GET', async () => {
    const query = 'query Persisted($text: String) { echo(text: $text) }';
    const extensions = withHash(sha256(query));
    const unknown = await graph.post({ extensions });
    expect(await unknown.json()).toMatchObject({
      errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
    });
    await graph.post({ query, extensions, variables: { text: 'once' } });
    const again = await graph.post({ extensions, variables: { text: 'again' } });
    expect(await again.json()).toEqual({ data: { echo: 'again' } });
    const search = new URLSearchParams({
      extensions: JSON.stringify(extensions),
      variables: '{"text":"by GET"}',
    });
    const got = await fetch(`${graph.url}?${search}`, { headers: { 'apollo-require-preflight': '1' } });
    expect(await got.json()).toEqual({ data: { echo: 'by GET' } });
  });

  test('cannot store a document that is not valid', async () => {
    const query = '{ nothing }';
    const extensions = withHash(sha256(query));
    expect((await graph.post({ query, extensions })).status).toBe(400);
    expect(await (await graph.post({ extensions })).json()).toMatchObject({
      errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
    });
  });

  test('gets a code of its own when persisted queries are disabled', async () => {
    const answer = await without.post({ extensions: withHash(sha256('{ ok }')) });
    expect(await answer.json()).toMatchObject({
      errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } }],
    });
    expect(await (await without.post({ query: '{ ok }' })).json()).toEqual({ data: { ok: 'fine' } });
  });

  test.each([
    { version: 2, sha256Hash: 'a'.repeat(64) },
    { version: 1, sha256Hash: 'short' },
    { version: 1, sha256Hash: 'A'.repeat(64) },
    { version: 1, sha256Hash: { toString: 'a' } },
    { version: 1 },
    'a'.repeat(64),
    7,
  ])('is refused with 400 for the hash %j', async (persistedQuery) => {
    expect(await refusalOf(await graph.post({ extensions: { persistedQuery } }))).toEqual([
      400,
      'BAD_REQUEST',
    ]);
  });
});

describe('the store', () => {
  const settings = { PERSISTED_QUERIES: 100, PERSISTED_QUERIES_BYTES: 100_000 };
  const filled = async (count: number, textOf: (index: number) => string) => {
    const store = createPersistedQueryStore(settings);
    for (let index = 0; index < count; index += 1) await store?.set(randomUUID(), textOf(index));
    return store?.size() ?? { count: 0, bytes: 0 };
  };

  test('holds no more queries than PERSISTED_QUERIES', async () => {
    expect((await filled(1_000, () => 'small')).count).toBe(100);
  });

  test('holds no more bytes than PERSISTED_QUERIES_BYTES, however few queries they are', async () => {
    const { count, bytes } = await filled(1_000, (index) => 'x'.repeat(index * 10));
    expect(bytes).toBeLessThanOrEqual(100_000);
    expect(count).toBeGreaterThan(1);
  });

  test('does not take a query that would evict all others', async () => {
    const store = createPersistedQueryStore(settings);
    await store?.set('small', '{ ok }');
    await store?.set('large', 'x'.repeat(40_000));
    expect(await store?.get('large')).toBeUndefined();
    expect(await store?.get('small')).toBe('{ ok }');
  });

  test('keeps a query that is in use while other clients fill it', async () => {
    const store = createPersistedQueryStore(settings);
    await store?.set('in use', '{ ok }');
    for (let index = 0; index < 1_000; index += 1) {
      await store?.set(randomUUID(), '{ me }');
      expect(await store?.get('in use')).toBe('{ ok }');
    }
  });

  test('drops a query a week after its last use, even if a client asks for a longer lifetime', async () => {
    let now = 1;
    const store = createPersistedQueryStore(settings, () => now);
    await store?.set('in use', '{ ok }', { ttl: 1_000_000_000 });
    const days = 24 * 60 * 60 * 1_000;
    now += 6 * days;
    expect(await store?.get('in use')).toBe('{ ok }');
    now += 6 * days;
    expect(await store?.get('in use'), 'its time began again').toBe('{ ok }');
    now += 8 * days;
    expect(await store?.get('in use')).toBeUndefined();
  });
});
