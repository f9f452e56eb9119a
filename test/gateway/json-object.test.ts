import { expect, test } from 'vitest';
import { createKeyReader, getOwn, isJsonObject, setOwn } from '../../gateway/json-object.ts';

const inherited = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];

test.each(inherited)('reads "%s" as undefined unless the object has such a key of its own', (key) => {
  const own = JSON.parse(`{"${key}": 7}`) as Record<string, unknown>;
  for (const read of [(object: Record<string, unknown>) => getOwn(object, key), createKeyReader(key)]) {
    expect(read({})).toBeUndefined();
    expect(read(own)).toBe(7);
  }
});

test.each(inherited)('writes "%s" as a key, and changes no prototype', (key) => {
  const object: Record<string, unknown> = {};
  const value = { polluted: true };
  setOwn(object, key, value);
  expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
  expect(JSON.stringify(object)).toBe(`{"${key}":{"polluted":true}}`);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test('reads and writes other keys', () => {
  const object: Record<string, unknown> = { a: 1 };
  setOwn(object, 'b', 2);
  expect([getOwn(object, 'a'), getOwn(object, 'b'), getOwn(object, 'c')]).toEqual([1, 2, undefined]);
  expect(createKeyReader('b')(object)).toBe(2);
});

test.each([
  [{}, true],
  [Object.create(null), true],
  [[], false],
  [null, false],
  ['text', false],
  [undefined, false],
])('takes %j for a JSON object: %s', (value, isObject) => {
  expect(isJsonObject(value)).toBe(isObject);
});
