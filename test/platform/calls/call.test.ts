import { expect, test } from 'vitest';
import { isQuery } from '../../../platform/calls/call.ts';

test.each([
  '{ stock }',
  'query { stock }',
  'query Stock($id: ID!) { stock(id: $id) }',
  '\n  query Stock { stock }',
])('takes %j for a query', (text) => {
  expect(isQuery(text)).toBe(true);
});

test.each([
  'mutation Reserve { reserve }',
  'subscription { stock }',
  'query Stock { stock } mutation Reserve { reserve }',
  '{ stock(note: "a mutation of the price") }',
  'queryStock',
  '# a comment\nquery { stock }',
  '',
])('does not take %j for a query, so that it is never repeated', (text) => {
  expect(isQuery(text)).toBe(false);
});
