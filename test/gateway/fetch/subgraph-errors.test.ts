// What the errors of a subgraph may tell a client: of the project's own subgraphs, and of foreign ones.
import { expect, test } from 'vitest';
import { buildErrorMask } from '../../../gateway/fetch/subgraph-errors.ts';

const forwardedExtensions = ['left', 'OUT_OF_STOCK.productId'];
const maskOwn = buildErrorMask({ isOwnSubgraph: true, forwardedCodes: [], forwardedExtensions });
const maskForeign = (...forwardedCodes: string[]) =>
  buildErrorMask({ isOwnSubgraph: false, forwardedCodes, forwardedExtensions });

const errorWith = (code: string | undefined) => ({
  message: 'Cannot query field "secret" on type "Account". Did you mean "session"?',
  path: ['me'],
  extensions: code === undefined ? {} : { code, ...internal, ...details },
});
const internal = {
  stacktrace: ['at x.ts:1'],
  query: 'SELECT secret',
  exception: { name: 'Error' },
  http: { status: 200 },
};
const details = { left: { amount: '1.00' }, productId: '7' };
const fault = {
  message: 'An internal error occurred.',
  path: ['me'],
  extensions: { code: 'INTERNAL_SERVER_ERROR' },
};

test('passes on a refusal of an own subgraph with the extensions that are declared, and no others', () => {
  const { message, path } = errorWith('OUT_OF_STOCK');
  const error = { ...errorWith('OUT_OF_STOCK'), stack: 'at x.ts:1', locations: [] };
  expect(maskOwn([error])).toEqual([{ message, path, extensions: { code: 'OUT_OF_STOCK', ...details } }]);
  // The product is declared for one code, and what is left for every code.
  expect(maskOwn([errorWith('REFUND_TOO_LARGE')])).toEqual([
    { message, path, extensions: { code: 'REFUND_TOO_LARGE', left: details.left } },
  ]);
});

test('passes on the time to wait of a refusal that ends by itself, also when no setting declares it, and of no other code', () => {
  const { message, path } = errorWith('OVERLOADED');
  const refuse = (code: string) => ({ message, path, extensions: { code, retryAfter: 7, ...internal } });
  for (const code of ['OVERLOADED', 'TOO_MANY_ATTEMPTS']) {
    const passed = { message, path, extensions: { code, retryAfter: 7 } };
    expect(maskOwn([refuse(code)])).toEqual([passed]);
    expect(maskForeign(code)([refuse(code)])).toEqual([passed]);
  }
  expect(maskOwn([refuse('OUT_OF_STOCK')])[0]?.extensions).toEqual({ code: 'OUT_OF_STOCK' });
});

// They happen while a subgraph is older or newer than the graph, and would suggest names that clients cannot see.
test.each(['GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_PARSE_FAILED', 'INTERNAL_SERVER_ERROR'])(
  'masks an error with %s, which is about an operation that the gateway wrote',
  (code) => {
    expect(maskOwn([errorWith(code)])).toEqual([fault]);
    expect(maskForeign(code)([errorWith(code)])).toEqual([fault]);
  },
);

test('passes on the message, the code and the declared extensions of a foreign error when an operator names the code', () => {
  const mask = maskForeign('OUT_OF_STOCK');
  expect(mask([errorWith('OUT_OF_STOCK'), errorWith('NOT_FOUND'), errorWith(undefined)])).toEqual([
    { ...errorWith('OUT_OF_STOCK'), extensions: { code: 'OUT_OF_STOCK', ...details } },
    fault,
    fault,
  ]);
});

test('gives a well-known code of a foreign subgraph the message of the gateway', () => {
  const [error] = maskForeign()([errorWith('UNAUTHENTICATED')]);
  expect(error).toMatchObject({ path: ['me'] });
  expect(error?.extensions).toEqual({ code: 'UNAUTHENTICATED' });
  expect(error?.message).not.toContain('secret');
});

test.each([
  [['me', 'SELECT * FROM account', 'name'], ['me']],
  [
    ['me', 'purchases', 0, 'http://10.0.0.1'],
    ['me', 'purchases', 0],
  ],
  [['me', { host: 'db' }], ['me']],
  [['me', 1.5], ['me']],
  [
    ['_entities', 0, 'name'],
    ['_entities', 0, 'name'],
  ],
])('the path %j of an error leaves as %j: names and positions only', (path, expected) => {
  for (const mask of [maskOwn, maskForeign('FORBIDDEN')])
    expect(mask([{ ...errorWith('FORBIDDEN'), path: path as string[] }])[0]?.path).toEqual(expected);
});

test('a path that is no list is left out', () => {
  const error = { ...errorWith('FORBIDDEN'), path: 'SELECT 1' as unknown as string[] };
  expect(maskOwn([error])[0]).not.toHaveProperty('path');
});
