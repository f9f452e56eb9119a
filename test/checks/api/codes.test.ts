import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { buildCodes, readDocumentedCodes } from '../../../checks/api/codes.ts';
import { formatErrorsPage } from '../../../checks/api/errors-page.ts';

test('reads the codes of a description, without remarks and without the text before the list', () => {
  const text =
    'Buys, as JSON.\n\nRefusals, before anything: NO_LINES (not EVEN one), OVERLOADED,\nTOO_MANY.\n\nMORE text.';
  expect(readDocumentedCodes(text)).toEqual(['NO_LINES', 'OVERLOADED', 'TOO_MANY']);
  expect(readDocumentedCodes('Answers the UUID.')).toEqual([]);
});

const schema = buildSchema(`
  type Query {
    "Everybody."
    open: Int
    "Refusals: LATE."
    mine: Int
  }
`);
const codes = buildCodes({
  schema,
  directives: new Map([
    ['Query.open', ['@cost(weight: 1)']],
    ['Query.mine', ['@cost(weight: 1)', '@auth(allow: ["account"])']],
  ]),
  general: [{ name: 'gateway', refusals: { FORBIDDEN: 'No.', BUSY: 'Later.' } }],
  subgraphs: [{ name: 'shop', refusals: { LATE: 'Too late.', SERVICE_ONLY: 'Not for | clients.' } }],
});

test('lists the refusals of each field, and of a subgraph only those that a field names', () => {
  expect(codes).toEqual({
    codes: {
      BUSY: { message: 'Later.', from: ['gateway'] },
      FORBIDDEN: { message: 'No.', from: ['gateway'] },
      LATE: { message: 'Too late.', from: ['shop'] },
    },
    fields: { 'Query.mine': ['LATE', 'UNAUTHENTICATED', 'FORBIDDEN'] },
  });
});

test('writes them as a page', () => {
  const page = formatErrorsPage(codes);
  expect(page).toContain('| `Query.mine` | `LATE`, `UNAUTHENTICATED`, `FORBIDDEN` |');
  expect(page).toContain('| `LATE` | Too late. | shop |');
});
