import { expect, test } from 'vitest';
import { buildListKey, formatCursor, parseCursor } from '../../../platform/reads/cursor.ts';
import { newId } from '../../../platform/values/uuid.ts';

const list = buildListKey('Query.rows', {});
const id = '0190b3c4-0000-7000-8000-000000000001';
const encode = (text: string) => Buffer.from(text).toString('base64url');
const own = formatCursor(list, id);

const forged = [
  '',
  ' ',
  'nonsense',
  id,
  encode(''),
  encode('1'),
  encode(id),
  encode(`${id}x`),
  encode(`${id}00000000`),
  encode(`${id}\0`),
  encode("' OR true --"),
  'A'.repeat(10_000),
  `${own}=`,
  `${own}!`,
  ` ${own}`,
  `${own}${own}`,
  own.slice(0, -1),
  own.toLowerCase(),
];

test.each(forged)('refuses the forged cursor %.60j', (cursor) => {
  expect(parseCursor(list, cursor)).toBeNull();
});

test('reads the cursor that it formatted', () => {
  expect(parseCursor(list, own)).toBe(id);
});

test('refuses a cursor with any one character changed', () => {
  for (let index = 0; index < own.length; index += 1) {
    for (const other of ['A', 'b', '7', '_']) {
      const changed = `${own.slice(0, index)}${other}${own.slice(index + 1)}`;
      if (changed !== own) expect(parseCursor(list, changed), changed).toBeNull();
    }
  }
});

test('refuses the id of another row beside the checksum of this one', () => {
  const checksum = Buffer.from(own, 'base64url').toString('latin1').slice(id.length);
  for (let round = 0; round < 100; round += 1) {
    expect(parseCursor(list, encode(`${newId()}${checksum}`))).toBeNull();
  }
});

const sameMeaning: Record<string, unknown>[] = [
  { filter: { name: 'tea', inStock: true } },
  { filter: { inStock: true, name: 'tea' } },
  { filter: { name: 'tea', inStock: true, sku: null }, orderBy: null },
  { filter: Object.assign(Object.create(null), { name: 'tea', inStock: true, sku: undefined }) },
];
const otherMeaning: Record<string, unknown>[] = [
  {},
  { filter: { name: 'tea' } },
  { filter: { name: 'Tea', inStock: true } },
  { filter: { name: 'tea', inStock: false } },
  { filter: { name: 'tea', inStock: 'true' } },
  { filter: { name: 'tea', inStock: true }, orderBy: 'NAME' },
  { filter: { name: ['tea'], inStock: true } },
  { filter: { since: new Date(0) } },
  { filter: { since: new Date(1) } },
  { filter: { number: 1n } },
  { filter: { number: 2n } },
];

test('gives arguments with the same meaning one key, and all others their own', () => {
  const keys = (all: typeof sameMeaning) => all.map((args) => buildListKey('Query.rows', args));
  expect(new Set(keys(sameMeaning)).size).toBe(1);
  expect(new Set(keys([...otherMeaning, {}, ...sameMeaning])).size).toBe(otherMeaning.length + 1);
  for (const empty of [{ filter: null }, { filter: {} }, { filter: { sku: null } }, { filter: undefined }])
    expect(buildListKey('Query.rows', empty)).toBe(buildListKey('Query.rows', {}));
});
