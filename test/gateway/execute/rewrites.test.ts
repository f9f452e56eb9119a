import type { FetchDataRewrite } from '@apollo/query-planner';
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { compileRewrites } from '../../../gateway/execute/rewrites.ts';

const schema = buildSchema(`
  type Query { pets: [Pet] }
  interface Pet { id: ID! }
  type Dog implements Pet { id: ID! }
  type Cat implements Pet { id: ID! }
`);

function rewrite(value: unknown, ...rewrites: FetchDataRewrite[]): unknown {
  compileRewrites(rewrites, schema)?.(value);
  return value;
}
const set = (path: string[], setValueTo: unknown): FetchDataRewrite => ({
  kind: 'ValueSetter',
  path,
  setValueTo,
});
const rename = (path: string[], renameKeyTo: string): FetchDataRewrite => ({
  kind: 'KeyRenamer',
  path,
  renameKeyTo,
});

test('compiles to nothing when a fetch has no rewrites', () => {
  expect(compileRewrites(undefined, schema)).toBeUndefined();
  expect(compileRewrites([], schema)).toBeUndefined();
});

test('sets a value, in each item of a list', () => {
  const pets = [{ __typename: 'Dog' }, null, { __typename: 'Cat' }];
  expect(rewrite({ pets }, set(['pets', '__typename'], 'Pet'))).toEqual({
    pets: [{ __typename: 'Pet' }, null, { __typename: 'Pet' }],
  });
});

test('renames a key, and leaves an object without the key as it is', () => {
  expect(rewrite({ name_1: 'Rex' }, rename(['name_1'], 'name'))).toEqual({ name: 'Rex', name_1: undefined });
  expect(Object.keys(rewrite({ id: '1' }, rename(['name_1'], 'name')) as object)).toEqual(['id']);
});

test('rewrites only objects that meet the type condition, or whose type is not known', () => {
  const pets = [{ __typename: 'Dog', a: 1 }, { __typename: 'Cat', a: 1 }, { a: 1 }];
  expect(rewrite({ pets }, set(['pets', '... on Dog', 'a'], 2))).toEqual({
    pets: [{ __typename: 'Dog', a: 2 }, { __typename: 'Cat', a: 1 }, { a: 2 }],
  });
  expect(rewrite({ __typename: 'Cat', a: 1 }, set(['... on Pet', 'a'], 2))).toMatchObject({ a: 2 });
});

test('applies the rewrites one after the other', () => {
  expect(rewrite({ a: 1 }, rename(['a'], 'b'), set(['b'], 2))).toMatchObject({ b: 2 });
});

test('sets the key "__proto__" as an ordinary key', () => {
  const object = rewrite({}, set(['__proto__'], 'Pet')) as object;
  expect(JSON.stringify(object)).toBe('{"__proto__":"Pet"}');
  expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
});
