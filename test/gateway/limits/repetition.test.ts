import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { enforceRepetitionLimit } from '../../../gateway/limits/repetition.ts';
import { catchRefusal } from './catch-refusal.ts';

const refuse = (text: string, limit: number) =>
  catchRefusal(() => enforceRepetitionLimit(parse(text), limit));

test.each([
  ['{ a a a }', 3],
  ['{ a a a a }', 6],
  ['{ x: a x: b }', 1],
  // Two pairs: the two fields, and the two within them.
  ['{ a { b } a { b } }', 2],
  ['{ a { b { c } } a { b { c } } }', 3],
  ['{ a ... { a } ... on Query { a } }', 3],
  // A pair of fragments, and a pair of fields.
  ['{ ...A ...B } fragment A on Query { a } fragment B on Query { a }', 2],
  ['query A { a a } query B { a a }', 2],
  ['{ a } fragment Unused on Query { b b }', 1],
])('validation of %s compares %i pairs', (text, pairs) => {
  expect(refuse(text, pairs)).toBeUndefined();
  // A limit of 0 would be off.
  expect(refuse(text, pairs - 0.5)).toEqual({
    code: 'TOO_MANY_REPEATED_FIELDS',
    message: `Validation would compare ${pairs} pairs of repeated fields and fragments; the limit is ${pairs - 0.5}.`,
  });
});

test.each([
  '{ a b x: a }',
  '{ ...A ...A } fragment A on Query { a }',
  '{ a { ...A } } fragment A on Query { a b }',
  '{ ...Missing a }',
])('validation of %s compares nothing', (text) => {
  expect(refuse(text, 0.5)).toBeUndefined();
});

test('is off at 0', () => {
  expect(refuse(`{ ${'a '.repeat(1_000)} }`, 0)).toBeUndefined();
});
