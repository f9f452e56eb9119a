import { expect, test } from 'vitest';
import { missingFilesInComments } from './comment-rules.ts';

const files = [
  'gateway/plan/planner.ts',
  'gateway/errors.ts',
  'subgraphs/accounts/session.ts',
  'test/support/world.ts',
];

test.each([
  ['gateway/plan/a.ts', '// In order: see planner.ts.'],
  ['gateway/fetch/a.ts', '/** The plan (plan/planner.ts), with messages of errors.ts. */'],
  ['platform/a.ts', ' * As gateway/plan/planner.ts does.'],
  ['subgraphs/payments/a.ts', '// What index.ts opens.'],
  ['test/accounts/a.test.ts', '// The rows of session.ts.'],
  ['test/gateway/plan/a.test.ts', '// The plans of planner.ts.'],
  ['platform/a.ts', '// Each subgraphs/<name>/session.ts and every *.test.ts'],
  ['platform/a.ts', "const file = 'gone.ts';"],
])('%s may say: %s', (path, text) => {
  expect(missingFilesInComments([{ path, text }], files)).toEqual([]);
});

test.each([
  ['gateway/plan/a.ts', '// In order: see plan-order.ts.', 'plan-order.ts'],
  ['gateway/plan/a.ts', 'const x = 1; // as in gone.ts', 'gone.ts'],
  ['platform/a.ts', '/** As plan/planner.ts does. */', 'plan/planner.ts'],
  ['platform/a.ts', ' * See planner.ts', 'planner.ts'],
  ['platform/a.ts', '// the SDL of gone.graphql', 'gone.graphql'],
])('%s may not say: %s', (path, text, name) => {
  expect(missingFilesInComments([{ path, text: `\n${text}` }], files)).toEqual([
    `${path}:2: there is no ${name}`,
  ]);
});
