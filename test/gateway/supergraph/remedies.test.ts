import { expect, test } from 'vitest';
import { getRemedy } from '../../../gateway/supergraph/remedies.ts';

test('gives the remedy of a known code', () => {
  expect(getRemedy('NO_QUERIES')).toBe('Define a Query field in at least one subgraph.');
});

test('says where to look up an unknown code, and an error without one', () => {
  expect(getRemedy('NEW_CODE')).toBe(
    'Look up NEW_CODE among the Federation 2 error codes and change the SDL there.',
  );
  expect(getRemedy('')).toMatch(/^Look up the message among /);
});
