import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { createOperationCache, measureDocument } from '../../gateway/operation-cache.ts';

const key = (index: number) => String(index);

test('holds at most 1,000 operations, and evicts the one that was used least recently', () => {
  const cache = createOperationCache<string>(() => 1);
  for (let index = 0; index < 1_000; index += 1) cache.set(key(index), 'value');
  cache.get(key(0));
  cache.set('one more', 'value');
  expect(cache.size).toBe(1_000);
  expect([cache.has(key(0)), cache.has(key(1)), cache.has('one more')]).toEqual([true, false, true]);
});

test('holds at most 2,000,000 characters, of keys and values together', () => {
  const cache = createOperationCache<string>((value) => value.length);
  cache.set('value', 'v'.repeat(1_200_000));
  cache.set('k'.repeat(700_000), '');
  expect(cache.size).toBe(2);
  cache.set('another', 'v'.repeat(300_000));
  expect(cache.has('value')).toBe(false);
  expect(cache.size).toBe(2);
});

test('does not take an operation that is larger than the cache', () => {
  const cache = createOperationCache<string>((value) => value.length);
  cache.set('small', 'value');
  cache.set('large', 'v'.repeat(2_000_001));
  expect([cache.has('small'), cache.has('large')]).toEqual([true, false]);
});

test('measures a document by its nodes and its literals and names', () => {
  const measure = (text: string) => measureDocument(parse(text));
  // A document, an operation, a selection set, a field and its name.
  expect(measure('{ a }')).toBe(5 * 20 + 1);
  expect(measure('{ abc }') - measure('{ a }')).toBe(2);
  expect(measure('{ a b }') - measure('{ a }')).toBe(2 * 20 + 1);
  expect(measure(`{ a(b: "${'x'.repeat(1_000)}") }`) - measure('{ a(b: "") }')).toBe(1_000);
});
