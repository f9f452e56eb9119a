import { expect, test } from 'vitest';
import { findEntities, findEntityPaths } from '../../../gateway/execute/entity-paths.ts';

const data = {
  me: { id: 'a', purchases: [{ id: 'x' }, null, { id: 'y' }] },
  grid: [[{ id: '1' }], [{ id: '2' }, { id: '3' }]],
  leaf: 5,
};

test('finds one object by its keys, and each item of a list at "@"', () => {
  expect(findEntities(data, ['me'])).toEqual([data.me]);
  expect(findEntities(data, ['me', 'purchases', '@'])).toEqual([{ id: 'x' }, { id: 'y' }]);
});

test('returns the objects themselves, so that a merge changes the data', () => {
  expect(findEntities(data, ['me'])[0]).toBe(data.me);
});

test('gives the response path of each object, in the same order', () => {
  expect(findEntityPaths(data, ['me', 'purchases', '@'])).toEqual([
    ['me', 'purchases', 0],
    ['me', 'purchases', 2],
  ]);
});

test('searches a list of lists with one "@" or with two', () => {
  const paths = [
    ['grid', 0, 0],
    ['grid', 1, 0],
    ['grid', 1, 1],
  ];
  expect(findEntityPaths(data, ['grid', '@', '@'])).toEqual(paths);
  expect(findEntityPaths(data, ['grid', '@'])).toEqual(paths);
});

test.each([[['nothing']], [['leaf']], [['leaf', 'id']], [['me', 'constructor']]])(
  'finds no entity where the data has no object: %j',
  (path) => {
    expect(findEntities(data, path)).toEqual([]);
    expect(findEntityPaths(data, path)).toEqual([]);
  },
);
