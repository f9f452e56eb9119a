import { expect, test } from 'vitest';
import { mergeInto } from '../../../gateway/execute/merge.ts';

function merge(target: Record<string, unknown>, source: Record<string, unknown>) {
  mergeInto(target, source);
  return target;
}

test('merges objects field by field, and lists of one length item by item', () => {
  const known = { id: '1', owner: { id: 'a' }, lines: [{ id: 'x' }, { id: 'y' }] };
  const more = { owner: { name: 'Ada' }, lines: [{ count: 1 }, { count: 2 }], price: 5 };
  expect(merge(known, more)).toEqual({
    id: '1',
    owner: { id: 'a', name: 'Ada' },
    lines: [
      { id: 'x', count: 1 },
      { id: 'y', count: 2 },
    ],
    price: 5,
  });
});

test('keeps a known value where the other fetch has null or nothing', () => {
  expect(merge({ name: 'Ada', lines: [{ id: 'x' }] }, { name: null, lines: [null], id: undefined })).toEqual({
    name: 'Ada',
    lines: [{ id: 'x' }],
  });
});

test('takes the later value where the known one is null, a leaf, or a list of another length', () => {
  expect(
    merge({ owner: null, count: 1, tags: ['a', 'b'] }, { owner: { id: 'a' }, count: 2, tags: ['c'] }),
  ).toEqual({ owner: { id: 'a' }, count: 2, tags: ['c'] });
});

test('merges the keys "__proto__" and "constructor" as ordinary keys', () => {
  const source = JSON.parse('{ "__proto__": { "polluted": 1 }, "constructor": { "name": "x" } }');
  expect(JSON.stringify(merge({}, source))).toBe(JSON.stringify(source));
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
