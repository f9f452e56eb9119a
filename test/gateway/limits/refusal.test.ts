import { GraphQLError, Source } from 'graphql';
import { expect, test } from 'vitest';
import {
  add,
  createRefusal,
  enforceLimit,
  type Measurement,
  multiply,
  withCode,
} from '../../../gateway/limits/refusal.ts';
import { catchRefusal } from './catch-refusal.ts';

const aliases: Measurement = { code: 'TOO_MANY_ALIASES', describe: (count) => `It has ${count} aliases` };

test('a limit lets its own number pass and refuses one more, with both numbers in the message', () => {
  expect(catchRefusal(() => enforceLimit(3, 3, aliases))).toBeUndefined();
  expect(catchRefusal(() => enforceLimit(3, 4, aliases))).toEqual({
    code: 'TOO_MANY_ALIASES',
    message: 'It has 4 aliases; the limit is 3.',
  });
});

test('a limit of 0 is off', () => {
  expect(catchRefusal(() => enforceLimit(0, Number.MAX_SAFE_INTEGER, aliases))).toBeUndefined();
});

test('counts stop at the largest safe integer, and are refused there', () => {
  const max = Number.MAX_SAFE_INTEGER;
  expect(add(max, max)).toBe(max);
  expect(multiply(max, max)).toBe(max);
  expect([add(2, 3), multiply(2, 3)]).toEqual([5, 6]);
  expect(catchRefusal(() => enforceLimit(3, add(max, 1), aliases))?.message).toBe(
    'It has more than 9007199254740990 aliases; the limit is 3.',
  );
});

test('a refusal is a client error with its code', () => {
  expect(createRefusal('COST_TOO_HIGH', 'Too much.').toJSON()).toEqual({
    message: 'Too much.',
    extensions: { code: 'COST_TOO_HIGH', http: { status: 400 } },
  });
});

test('an error of graphql-js gets a code, and keeps its message and its place', () => {
  const source = new Source('{ a\n  b }');
  const original = new GraphQLError('Wrong.', {
    source,
    positions: [source.body.indexOf('b')],
    extensions: { internal: 'secret' },
  });
  const error = withCode(original, 'GRAPHQL_VALIDATION_FAILED');
  expect(error.toJSON()).toEqual({
    message: 'Wrong.',
    locations: [{ line: 2, column: 3 }],
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED', http: { status: 400 } },
  });
  expect(error.originalError).toBe(original);
});
