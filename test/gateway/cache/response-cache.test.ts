// The response cache by itself: how long an entry lives, how much the cache holds, and which requests share an entry.
import { getOperationAST, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { buildRequestKey, openResponseCache } from '../../../gateway/cache/response-cache.ts';
import { openFreshness } from '../../../gateway/cache-policy/freshness.ts';
import { readGatewaySettings } from '../../../gateway/settings/settings.ts';
import { readEnvironment } from '../../../platform/process/environment.ts';
import { required } from '../../support/required.ts';

function openCache(source: Record<string, string> = {}) {
  let nowMs = 0;
  const settings = readGatewaySettings(readEnvironment({ NODE_ENV: 'test', ...source }));
  const freshness = openFreshness(() => undefined);
  const cache = required(
    openResponseCache(settings, freshness, () => nowMs),
    'the cache is on',
  );
  const set = (key: string, text = 'text') =>
    cache.set(key, { text, marks: [freshness.createMark('products')] }, { maxAgeSeconds: 60 });
  const passMs = (ms: number) => {
    nowMs += ms;
  };
  return { cache, freshness, set, passMs };
}

test('an entry has an age in whole seconds, and expires', () => {
  const { cache, set, passMs } = openCache();
  // The cache treats 0 as no time at all.
  passMs(1);
  set('a');
  passMs(1_999);
  const found = required(cache.find('a'), 'it is fresh');
  expect([found.text, cache.getAgeSeconds(found)]).toEqual(['text', 1]);
  passMs(58_002);
  expect(cache.find('a')).toBeUndefined();
});

test('an entry is dropped by a write to a subgraph that it was made of, and by no other write', () => {
  const { cache, freshness, set } = openCache();
  set('a');
  freshness.recordWrite('accounts');
  expect(cache.find('a')?.text).toBe('text');
  freshness.recordWrite('products');
  expect(cache.find('a')).toBeUndefined();
});

test('an operator switches it off with 0', () => {
  const settings = readGatewaySettings(readEnvironment({ NODE_ENV: 'test', RESPONSE_CACHE: '0' }));
  expect(
    openResponseCache(
      settings,
      openFreshness(() => undefined),
    ),
  ).toBeUndefined();
});

test('the least recently used entry goes when the count is reached', () => {
  const { cache, set } = openCache({ RESPONSE_CACHE: '2' });
  for (const key of ['a', 'b']) set(key);
  cache.find('a');
  set('c');
  expect(['a', 'b', 'c'].map((key) => cache.find(key) !== undefined)).toEqual([true, false, true]);
});

test('bytes are bounded, and no response takes more than an eighth of them', () => {
  const { cache, set } = openCache({ RESPONSE_CACHE_BYTES: '80000' });
  set('large', 'x'.repeat(4_800));
  expect(cache.find('large')).toBeUndefined();
  const keys = Array.from({ length: 10 }, (_none, index) => String(index));
  for (const key of keys) set(key, 'x'.repeat(4_700));
  // 9,900 bytes each.
  expect(keys.filter((key) => cache.find(key) !== undefined)).toEqual(keys.slice(2));
});

describe('the key of a request', () => {
  const document = parse('query A($x: Like, $y: Int) { a } query B { a }');
  const keyOf = (variables: Record<string, unknown>, { name = 'A', queryHash = 'hash', headers = {} } = {}) =>
    buildRequestKey({
      queryHash,
      operation: required(getOperationAST(document, name), 'there is an operation'),
      request: { variables },
      headers,
    });

  test('is the same for another order of fields, and for variables that the operation does not declare', () => {
    const key = keyOf({ x: { color: 'red', size: 1 }, y: 1 });
    expect(keyOf({ y: 1, x: { size: 1, color: 'red' }, stray: 1 })).toBe(key);
  });

  test.each<[string, () => string]>([
    ['variables', () => keyOf({ y: 2 })],
    ['a null for no value', () => keyOf({ y: 1, x: null })],
    ['the order of a list', () => keyOf({ y: 1, x: [1, 2] })],
    ['a list of pairs for an object', () => keyOf({ y: 1, x: [['of', 1]] })],
    ['operations', () => keyOf({ y: 1 }, { name: 'B' })],
    ['texts', () => keyOf({ y: 1 }, { queryHash: 'other' })],
    ['headers', () => keyOf({ y: 1 }, { headers: { tenant: 'a' } })],
  ])('differs by %s', (_what, other) => {
    const others = [keyOf({ y: 1 }), keyOf({ y: 1, x: [2, 1] }), keyOf({ y: 1, x: { of: 1 } })];
    expect(others).not.toContain(other());
  });
});
