import { buildSchema, parse } from 'graphql';
import { expect, test } from 'vitest';
import { hasPlainNumbers } from '../../../gateway/fetch/plain-numbers.ts';

const schema = buildSchema(`
  scalar Long
  scalar Decimal @specifiedBy(url: "https://tributary.dev/scalars/decimal")
  type Query { a: Int price: Decimal thing: Thing }
  type Thing { id: ID! size: [Long!] weight: Float price: Decimal }`);

test.each([
  ['{ a price thing { id weight price } }', true],
  ['{ thing { size } }', false],
  ['{ thing { id: size } }', false],
  ['query ($r: [_Any!]!) { _entities(representations: $r) { ... on Thing { size } } }', false],
  ['query ($r: [_Any!]!) { _entities(representations: $r) { ... on Thing { price } } }', true],
])('says of %s: %s', (query, isPlain) => {
  expect(hasPlainNumbers(schema, parse(query))).toBe(isPlain);
});

test('knows that a graph whose scalars are all text has plain numbers', () => {
  const textual = buildSchema('type Query { a: Float id: ID }');
  expect(hasPlainNumbers(textual, parse('{ size }'))).toBe(true);
});
