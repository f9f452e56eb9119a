import { buildSchema, type GraphQLLeafType } from 'graphql';
import { expect, test } from 'vitest';
import { findTypeCheck, getLeafCheck, readExactNumber } from '../../../gateway/fetch/leaf-values.ts';
import { ExactNumber } from '../../../platform/values/exact-number.ts';

const schema = buildSchema(
  'type Query { color: Color any: Anything ok: Float id: ID count: Int } enum Color { RED } scalar Anything',
);
const typeNamed = (name: string) => schema.getType(name) as GraphQLLeafType;

test.each([
  ['Int', [1, -1, 2 ** 31 - 1, -(2 ** 31)], [1.5, '1', true, Number.NaN, 2 ** 31, new ExactNumber('1.0')]],
  ['Float', [1, 1.5], ['1.5', Number.POSITIVE_INFINITY]],
  ['String', ['', 'a'], [1, new ExactNumber('1.0'), ['a'], {}]],
  [
    'ID',
    ['a', 1, new ExactNumber('9007199254740993')],
    [1.5, true, ...['1.0', '1e2', '1e+21', '9007199254740993.0'].map((text) => new ExactNumber(text))],
  ],
  ['Boolean', [true, false], [0, 'true']],
  ['Color', ['RED'], ['BLUE', 'red', 1, 'toString']],
  ['Anything', ['a', 1, { a: [{}] }, [1], new ExactNumber('1.10')], []],
])('accepts the values of %s and no others', (name, valid, invalid) => {
  const isValid = getLeafCheck(typeNamed(name));
  expect(valid.filter((value) => !isValid(value))).toEqual([]);
  expect(invalid.filter((value) => isValid(value))).toEqual([]);
});

test('refuses a value of a custom scalar that is nested more than 200 levels deep', () => {
  const isValid = getLeafCheck(typeNamed('Anything'));
  const nest = (depth: number) => {
    let value: unknown = 'leaf';
    for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { value };
    return value;
  };
  expect(isValid(nest(201))).toBe(true);
  expect(isValid(nest(202))).toBe(false);
});

test('has a check of its own for enums and for the scalars of GraphQL, and none for a custom scalar', () => {
  expect(findTypeCheck(typeNamed('Color'))?.('RED')).toBe(true);
  expect(findTypeCheck(typeNamed('Int'))?.('RED')).toBe(false);
  expect(findTypeCheck(typeNamed('Anything'))).toBeUndefined();
});

test.each([
  ['Float', '1.10', 1.1],
  ['Float', '1e400', Number.POSITIVE_INFINITY],
  ['Int', '1.0', 1],
  ['ID', '-0', -0],
])('reads a number of %s that is written as %s', (name, text, value) => {
  expect(readExactNumber(typeNamed(name), new ExactNumber(text))).toBe(value);
});

test('keeps the digits of a custom scalar and of a long ID', () => {
  const exact = new ExactNumber('9007199254740993');
  expect(readExactNumber(typeNamed('Anything'), exact)).toBe(exact);
  expect(readExactNumber(typeNamed('ID'), exact)).toBe(exact);
  const fraction = new ExactNumber('9007199254740993.0');
  expect(readExactNumber(typeNamed('ID'), fraction)).toBe(fraction);
});
