import {
  GraphQLBoolean,
  GraphQLEnumType,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLNonNull,
  GraphQLScalarType,
  GraphQLString,
} from 'graphql';
import { expect, test } from 'vitest';
import { buildLeafCompleter, getPlainKind, isPlain } from '../../../platform/execution/leaf.ts';

const color = new GraphQLEnumType({ name: 'Color', values: { RED: { value: 1 } } });

test('built-in scalars have a plain kind, also when they are non-null; other types have none', () => {
  const kinds = [GraphQLString, GraphQLID, GraphQLBoolean, GraphQLInt, GraphQLFloat].map(getPlainKind);
  expect(kinds).toEqual(['string', 'string', 'boolean', 'number', 'number']);
  expect(getPlainKind(new GraphQLNonNull(GraphQLInt))).toBe('number');
  expect(getPlainKind(color)).toBeUndefined();
});

test.each([
  ['string', 'text', true],
  ['string', 1, false],
  ['boolean', false, true],
  ['number', -(2 ** 31), true],
  ['number', 2 ** 31 - 1, true],
  ['number', 2 ** 31, false],
  ['number', 1.5, false],
  ['number', Number.NaN, false],
  [undefined, 'text', false],
] as const)(
  'a value needs no conversion when it is of the JavaScript type: %s, %s: %s',
  (kind, value, plain) => {
    expect(isPlain(kind, value)).toBe(plain);
  },
);

test('a value that needs no conversion does not reach the type', () => {
  let calls = 0;
  const counting = new GraphQLScalarType({
    name: 'Counting',
    serialize: (value) => {
      calls += 1;
      return value;
    },
  });
  expect(buildLeafCompleter(counting)(undefined, 'text')).toBe('text');
  expect(calls, 'a type of its own converts every value').toBe(1);
  expect(buildLeafCompleter(GraphQLInt)(undefined, 7)).toBe(7);
});

test('converts the other values, and throws the error of the type', () => {
  expect(buildLeafCompleter(GraphQLInt)(undefined, '12')).toBe(12);
  expect(buildLeafCompleter(GraphQLString)(undefined, true)).toBe('true');
  expect(buildLeafCompleter(color)(undefined, 1)).toBe('RED');
  expect(() => buildLeafCompleter(GraphQLInt)(undefined, 2 ** 31)).toThrow(
    'Int cannot represent non 32-bit signed integer value: 2147483648',
  );
});

test('throws for a type that converts a value to null', () => {
  const empty = new GraphQLScalarType({ name: 'Empty', serialize: () => null });
  expect(() => buildLeafCompleter(empty)(undefined, 'x')).toThrow(
    'Expected `Empty.serialize("x")` to return non-nullable value, returned: null',
  );
});
