import { expect, test } from 'vitest';
import {
  asAccountId,
  asSessionToken,
  canonicalId,
  isIdempotencyKey,
  isProductId,
  isPurchaseId,
  newProductId,
  newPurchaseId,
} from '../../../platform/values/ids.ts';
import { isUuid } from '../../../platform/values/uuid.ts';

test('a new id is a UUID, and later ones sort behind earlier ones', () => {
  const ids = [newProductId(), newProductId(), newPurchaseId()];
  expect(ids.every(isUuid)).toBe(true);
  expect(ids.toSorted()).toEqual(ids);
});

test('a check accepts UUIDs in any letter case, and no other value that an untyped caller may pass', () => {
  const id = newProductId();
  expect([id, id.toUpperCase()].every((text) => isProductId(text))).toBe(true);
  const others: unknown[] = ['', 'no id', `${id} `, 7, null, undefined, { ne: '' }, [id]];
  expect(others.filter((value) => isProductId(value as string) || isPurchaseId(value as string))).toEqual([]);
});

test('an id whose source vouches for it is the same text, without a check', () => {
  expect(asAccountId('no UUID at all')).toBe('no UUID at all');
  expect(asSessionToken('secret')).toBe('secret');
});

test('an idempotency key has 1 to 200 printable ASCII characters', () => {
  for (const key of ['x', ' ', '~'.repeat(200)]) expect(isIdempotencyKey(key), key).toBe(true);
  for (const key of ['', 'x'.repeat(201), 'a\nb', 'a\n', 'kläger', '\u007f'])
    expect(isIdempotencyKey(key), key).toBe(false);
});

test('the canonical form of an id is in lower case', () => {
  const id = asAccountId('019B8D62-7A80-7000-8000-00000000000A');
  expect(canonicalId(id)).toBe('019b8d62-7a80-7000-8000-00000000000a');
});
