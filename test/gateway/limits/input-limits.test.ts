import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { enforceLiteralLimits, enforceVariableLimits } from '../../../gateway/limits/input-limits.ts';
import { catchRefusal } from './catch-refusal.ts';

const limits = { LIMIT_NESTING: 2, LIMIT_INPUT_LIST: 3 };
const tooLong = {
  code: 'INPUT_LIST_TOO_LONG',
  message: 'A list in the request has 4 items; the limit is 3.',
};
const tooDeep = {
  code: 'NESTING_TOO_DEEP',
  message: 'The variables nest lists and objects 3 levels deep; the limit is 2.',
};

test.each([
  ['{ a(b: [1, 2, 3]) }', undefined],
  ['{ a(b: [1, 2, 3, 4]) }', tooLong],
  ['{ a { b(c: { d: [[1], [1, 2, 3, 4]] }) } }', tooLong],
  ['query($v: [Int] = [1, 2, 3, 4]) { a(b: $v) }', tooLong],
  ['{ a @b(c: [1, 2, 3, 4]) }', tooLong],
])('limits the lists of the literals in %s', (text, refusal) => {
  expect(catchRefusal(() => enforceLiteralLimits(parse(text), limits))).toEqual(refusal);
});

test.each([
  [{ a: [1, 2, 3] }, undefined],
  [{ a: [1, 2, 3, 4] }, tooLong],
  [{ a: { b: [1, 2, 3, 4] } }, tooLong],
  [{ a: { b: {} } }, undefined],
  [{ a: { b: { c: 1 } }, d: 1 }, undefined],
  [{ a: { b: { c: {} } } }, tooDeep],
  [{ a: [[[]]] }, tooDeep],
  [{ a: null, b: 'text', c: 7, d: true }, undefined],
])('limits the lists and the nesting of the variables %j', (variables, refusal) => {
  expect(catchRefusal(() => enforceVariableLimits(variables, limits))).toEqual(refusal);
});

test('refuses variables that are nested more deeply than the stack allows calls', () => {
  let variables: object = {};
  for (let level = 0; level < 100_000; level += 1) variables = { variables };
  expect(
    catchRefusal(() => enforceVariableLimits(variables, { ...limits, LIMIT_NESTING: 50_000 }))?.code,
  ).toBe('NESTING_TOO_DEEP');
});

test('has no limit of lists at 0', () => {
  const off = { LIMIT_NESTING: 2, LIMIT_INPUT_LIST: 0 };
  expect(catchRefusal(() => enforceVariableLimits({ a: [1, 2, 3, 4] }, off))).toBeUndefined();
  expect(catchRefusal(() => enforceLiteralLimits(parse('{ a(b: [1, 2, 3, 4]) }'), off))).toBeUndefined();
});
