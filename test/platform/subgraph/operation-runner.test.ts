import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import type { Call } from '../../../platform/calls/call.ts';
import { anonymous } from '../../../platform/identity/viewer.ts';
import { executeOn } from '../../gateway/small-graph.ts';
import { measureKeptBytes } from '../../support/memory.ts';

const call = (): Call => ({
  viewer: anonymous,
  signal: new AbortController().signal,
  traceId: '0'.repeat(32),
});

test.each([
  ['that does not fit the schema', (index: number) => `{ ${'item '.repeat(300)} nothing${index} }`],
  ['that is no GraphQL', (index: number) => `{ ${'item '.repeat(300)} } ]${index}`],
])('keeps no more of a refused operation than its text and its answer: %s', async (_why, buildText) => {
  const execute = executeOn(buildSchema('type Query { item: Int }'));
  const texts = Array.from({ length: 200 }, (_, index) => buildText(index));
  const kept = await measureKeptBytes(async () => {
    for (const query of texts) {
      const { data, errors } = await execute({ query }, call());
      expect([data, errors?.length]).toEqual([undefined, 1]);
    }
  });
  // An operation of this size takes 100 kB and more.
  expect(kept / texts.length).toBeLessThan(8_000);
});

test('gives a refused operation the same answer each time', async () => {
  const execute = executeOn(buildSchema('type Query { item: Int }'));
  const first = await execute({ query: '{ nothing }' }, call());
  expect(first).toEqual({
    errors: [
      {
        message: 'Cannot query field "nothing" on type "Query".',
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      },
    ],
  });
  expect(await execute({ query: '{ nothing }' }, call())).toEqual(first);
});
