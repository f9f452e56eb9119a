import { expect, test } from 'vitest';
import { getOrCreate } from '../../../platform/values/get-or-create.ts';

test('creates the value of a key once, for its first caller', () => {
  const known = new Map<string, { key: string }>();
  const create = (key: string) => ({ key });
  const first = getOrCreate(known, 'a', create);
  expect(first).toEqual({ key: 'a' });
  expect(getOrCreate(known, 'a', create)).toBe(first);
  expect(getOrCreate(known, 'b', create)).not.toBe(first);
  expect([...known.keys()]).toEqual(['a', 'b']);
});
