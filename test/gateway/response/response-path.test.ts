// How much of a path a response has.
import { expect, test } from 'vitest';
import { getValueAt, truncatePath } from '../../../gateway/response/response-path.ts';

const data = { order: { lines: [{ id: '1' }, null] }, gone: null };

test.each([
  [['order', 'lines', 0, 'id'], 4, 'the response has all of it'],
  [['order', 'lines', 0, 'weight'], 3, 'the object has no such field'],
  [['order', 'lines', 7, 'id'], 2, 'the list is shorter'],
  [['order', '__proto__'], 1, 'an inherited property is no field'],
  [['order', 'lines', 0, 'id', 'length'], 4, 'a string has no fields'],
  [['other'], 0, 'the response has no such field'],
  [['gone', 'deep', 1], 3, 'it leads through a null, of which its error is the reason'],
  [['order', 'lines', 1, 'id'], 4, 'it leads through a null in a list'],
])('of %j, a response has %i steps: %s', (path, steps) => {
  expect(truncatePath(data, path)).toEqual(path.slice(0, steps));
});

test('reads only own properties', () => {
  expect(getValueAt({ a: 1 }, 'a')).toBe(1);
  expect([getValueAt({}, 'toString'), getValueAt(null, 'a'), getValueAt('text', 0)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
