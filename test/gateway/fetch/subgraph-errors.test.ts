// What the errors of a subgraph may tell a client: of the project's own subgraphs, and of foreign ones.
import { expect, test } from 'vitest';
import { buildErrorMask } from '../../../gateway/fetch/subgraph-errors.ts';

const maskOwn = buildErrorMask({ isOwnSubgraph: true, forwardedCodes: [] });
const maskForeign = (...forwardedCodes: string[]) => buildErrorMask({ isOwnSubgraph: false, forwardedCodes });

const errorWith = (code: string | undefined) => ({
  message: 'Cannot query field "secret" on type "Account". Did you mean "session"?',
  path: ['me'],
  extensions: code === undefined ? {} : { code, detail: 'kept' },
});
const fault = {
  message: 'An internal error occurred.',
  path: ['me'],
  extensions: { code: 'INTERNAL_SERVER_ERROR' },
};

test('passes on a refusal of an own subgraph as it is', () => {
  expect(maskOwn([errorWith('OUT_OF_STOCK')])).toEqual([errorWith('OUT_OF_STOCK')]);
});

// They happen while a subgraph is older or newer than the graph, and would suggest names that clients cannot see.
test.each(['GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_PARSE_FAILED', 'INTERNAL_SERVER_ERROR'])(
  'masks an error with %s, which is about an operation that the gateway wrote',
  (code) => {
    expect(maskOwn([errorWith(code)])).toEqual([fault]);
    expect(maskForeign(code)([errorWith(code)])).toEqual([fault]);
  },
);

test('passes on the message and the code of a foreign error, without its details, when an operator names the code', () => {
  const mask = maskForeign('OUT_OF_STOCK');
  expect(mask([errorWith('OUT_OF_STOCK'), errorWith('NOT_FOUND'), errorWith(undefined)])).toEqual([
    { ...errorWith('OUT_OF_STOCK'), extensions: { code: 'OUT_OF_STOCK' } },
    fault,
    fault,
  ]);
});

test('gives a well-known code of a foreign subgraph the message of the gateway', () => {
  const [error] = maskForeign()([errorWith('UNAUTHENTICATED')]);
  expect(error).toMatchObject({ path: ['me'], extensions: { code: 'UNAUTHENTICATED' } });
  expect(error?.message).not.toContain('secret');
});
