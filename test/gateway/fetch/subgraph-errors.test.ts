// What the errors of a subgraph may say to a client, ours and others.
import { expect, test } from 'vitest';
import { clearErrors } from '../../../gateway/fetch/subgraph-errors.ts';

const from = (code: string | undefined) => ({
  message: 'Cannot query field "secret" on type "Account". Did you mean "session"?',
  path: ['me'],
  extensions: code === undefined ? {} : { code, detail: 'kept' },
});
const fault = {
  message: 'Something failed on our side.',
  path: ['me'],
  extensions: { code: 'INTERNAL_SERVER_ERROR' },
};

test('our subgraphs word their refusals themselves', () => {
  expect(clearErrors(true, [])([from('OUT_OF_STOCK')])).toEqual([from('OUT_OF_STOCK')]);
});

// They happen while a subgraph is older or newer than the graph, and would suggest names that clients cannot see.
test.each(['GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_PARSE_FAILED', 'INTERNAL_SERVER_ERROR'])(
  'what any subgraph says with %s of the operation that the gateway wrote stays between the two',
  (code) => {
    expect(clearErrors(true, [])([from(code)])).toEqual([fault]);
    expect(clearErrors(false, [code])([from(code)])).toEqual([fault]);
  },
);

test('subgraphs of others say only what they are allowed to', () => {
  const cleared = clearErrors(false, ['OUT_OF_STOCK']);
  expect(cleared([from('OUT_OF_STOCK'), from('NOT_FOUND'), from(undefined)])).toEqual([
    { ...from('OUT_OF_STOCK'), extensions: { code: 'OUT_OF_STOCK' } },
    fault,
    fault,
  ]);
});
