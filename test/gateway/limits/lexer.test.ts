import { GraphQLError, print } from 'graphql';
import { expect, test } from 'vitest';
import { parseWithinLimits } from '../../../gateway/limits/lexer.ts';
import { catchRefusal } from './catch-refusal.ts';

const limits = { LIMIT_TOKENS: 6, LIMIT_NESTING: 2 };
const off = { LIMIT_TOKENS: 0, LIMIT_NESTING: 0 };

test('parses a document within its limits', () => {
  expect(print(parseWithinLimits('{ a { b } }', limits))).toBe('{\n  a {\n    b\n  }\n}');
});

test('refuses the first token over the limit, and reads no further', () => {
  const refusal = {
    code: 'OPERATION_TOO_LONG',
    message: 'The document has 7 tokens; the limit is 6.',
  };
  expect(catchRefusal(() => parseWithinLimits('{ a b c d }', limits))).toBeUndefined();
  expect(catchRefusal(() => parseWithinLimits('{ a b c d e }', limits))).toEqual(refusal);
  // The rest would be a syntax error.
  expect(catchRefusal(() => parseWithinLimits('{ a b c d e f ? "', limits))).toEqual(refusal);
});

test.each(['{ a { b { c } } }', '{ a(b: [[1]]) }', '{ a { b(c: 1) } }'])(
  'refuses brackets of any kind that are nested too deeply: %s',
  (text) => {
    expect(catchRefusal(() => parseWithinLimits(text, { ...limits, LIMIT_TOKENS: 100 }))).toEqual({
      code: 'NESTING_TOO_DEEP',
      message: 'The document nests brackets 3 levels deep; the limit is 2.',
    });
  },
);

test('does not count closed brackets as nesting', () => {
  const text = '{ a { b } c { d } e { f } }';
  expect(catchRefusal(() => parseWithinLimits(text, { ...limits, LIMIT_TOKENS: 100 }))).toBeUndefined();
});

test('limits comments as it limits tokens', () => {
  const comments = (count: number) => `${'#\n'.repeat(count)}{ a }`;
  expect(() => parseWithinLimits(comments(6), limits)).not.toThrow();
  expect(() => parseWithinLimits(comments(7), limits)).toThrow(GraphQLError);
  expect(() => parseWithinLimits(comments(7), off)).not.toThrow();
});

test('has no limits at 0', () => {
  const text = `{ ${'a { '.repeat(200)}b${' }'.repeat(200)} }`;
  expect(() => parseWithinLimits(text, off)).not.toThrow();
});

test('throws the parser’s own error for a document that is no GraphQL', () => {
  expect(() => parseWithinLimits('{ a', limits)).toThrow(/^Syntax Error: /);
});
