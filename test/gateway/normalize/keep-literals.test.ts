import { buildSchema, parse, print, stripIgnoredCharacters } from 'graphql';
import { expect, test } from 'vitest';
import { markExactLiterals, restoreExactLiterals } from '../../../gateway/normalize/keep-literals.ts';
import type { Call, Execute } from '../../../platform/calls/call.ts';

const schema = buildSchema(`
  directive @limit(to: Long) on FIELD
  scalar Long
  input Deep { long: Long float: Float deeper: [Deep] }
  type Query { a(long: Long, list: [Long], float: Float, int: Int, id: ID, deep: Deep): Int }`);

/** The text that a subgraph gets for a document whose fetch is the whole document. */
async function sendMarked(text: string): Promise<{ marked: string; sent: string }> {
  const marked = print(markExactLiterals(parse(text), schema));
  let sent = '';
  const execute: Execute = async ({ query }) => {
    sent = query;
    return {};
  };
  await restoreExactLiterals(execute)({ query: marked }, {} as Call);
  return { marked, sent };
}

test.each([
  'query ($v: Long = 1.10) { a(long: 9007199254740993, list: [1.0, -0, 5, $v]) @limit(to: 1e400) }',
  '{ a(deep: {long: 1e5, deeper: [{long: 1.50}]}) }',
  '{ a(long: {of: [1.10, {scalar: 1.20}]}) }',
])('marks the numbers of %s, and restores them', async (text) => {
  const { marked, sent } = await sendMarked(text);
  expect(stripIgnoredCharacters(sent)).toBe(stripIgnoredCharacters(text));
  // To the planner each of them is text.
  expect(marked.replaceAll(/"[^"]*"/g, '')).not.toMatch(/\d\.\d|\de\d|-0|9007199254740993/);
});

test.each([
  '{ a(float: 1.10, int: 5, id: 9007199254740993, long: 7, deep: {float: 1.0}) }',
  '{ a(long: 1.5) }',
])('leaves %s as it is', (text) => {
  const document = parse(text);
  expect(print(markExactLiterals(document, schema))).toBe(print(document));
});

test('returns the document itself when all its numbers are plain', () => {
  const document = parse('{ a(long: 7, float: 1.5) }');
  expect(markExactLiterals(document, schema)).toBe(document);
});
