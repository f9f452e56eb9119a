import { HeaderMap } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import { expect, test } from 'vitest';
import { createRequestState, type GatewayContext } from '../../../gateway/context.ts';
import { finalizeResponse } from '../../../gateway/response/finalize-response.ts';
import { anonymous } from '../../../platform/identity/viewer.ts';
import { silent } from '../../support/silent-log.ts';

const traceId = 'a'.repeat(32);

interface Result {
  data?: unknown;
  errors?: GraphQLFormattedError[];
  extensions?: Record<string, unknown>;
}

/** Returns the result that the client gets. */
async function finalize(singleResult: Result, options?: { hasMissingEntities?: boolean }): Promise<Result> {
  await finalizeHeaders(singleResult, options);
  return singleResult;
}

/** Returns the headers that the client gets. */
async function finalizeHeaders(
  singleResult: Result,
  { hasMissingEntities = false } = {},
): Promise<HeaderMap> {
  const { signal } = new AbortController();
  const state = { ...createRequestState(), hasMissingEntities };
  const contextValue: GatewayContext = { viewer: anonymous, signal, traceId, state };
  const http = { headers: new HeaderMap() };
  const hooks = await finalizeResponse(silent).requestDidStart?.({ contextValue } as never);
  const response = { http, body: { kind: 'single', singleResult } };
  await hooks?.willSendResponse?.({ response } as never);
  expect(http.headers.get('trace-id')).toBe(traceId);
  return http.headers;
}

const noted = (...paths: (string | number)[][]) => ({
  valueCompletion: paths.map((path) => ({ message: 'Cannot return null for non-nullable field.', path })),
});
const invalid = (...path: (string | number)[]) => ({
  message: 'Invalid value found for field.',
  path,
});
const error = (path: (string | number)[], code = 'SUBGRAPH_UNAVAILABLE') => ({
  message: 'A part of the graph is not available right now.',
  path,
  extensions: { code },
});

test('leaves a complete response as it is', async () => {
  expect(await finalize({ data: { me: null } })).toEqual({ data: { me: null } });
  const extensions = { cost: 1 };
  expect(await finalize({ data: {}, extensions: { ...extensions, ...noted() } })).toEqual({
    data: {},
    extensions,
  });
});

test('accepts a null for a nullable entity that does not exist', async () => {
  const data = { order: { payment: null }, list: [null, { id: '1' }] };
  const extensions = noted(['order', 'payment', 'status'], ['list', 0, 'total']);
  expect(await finalize({ data, extensions }, { hasMissingEntities: true })).toEqual({ data });
});

test('reports the same null as a fault when every entity existed: the plan did not fetch a field', async () => {
  const data = { order: { payment: null } };
  expect(await finalize({ data, extensions: noted(['order', 'payment', 'status']) })).toEqual({
    data,
    errors: [
      {
        message: 'An internal error occurred.',
        path: ['order', 'payment', 'status'],
        extensions: { code: 'INTERNAL_SERVER_ERROR', traceId },
      },
    ],
  });
});

test.each([
  ['more than the object', { order: null }, ['order', 'payment', 'status']],
  ['a list', { list: null }, ['list', 0]],
  ['all', null, ['needed']],
])('reports a null that spread to %s, although an entity does not exist', async (_what, data, path) => {
  const { errors } = await finalize({ data, extensions: noted(path) }, { hasMissingEntities: true });
  expect(errors?.map(({ path: at, extensions }) => [at, extensions?.code])).toEqual([
    [path, 'INTERNAL_SERVER_ERROR'],
  ]);
});

test('a value that clients cannot see is null in a nullable field, and an error in another', async () => {
  const valueCompletion = [invalid('order', 'kind')];
  expect(await finalize({ data: { order: { kind: null } }, extensions: { valueCompletion } })).toEqual({
    data: { order: { kind: null } },
  });
  const { errors } = await finalize({ data: { order: null }, extensions: { valueCompletion } });
  expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['SUBGRAPH_ANSWER_INVALID']);
});

test('ends the path of an error where the response ends', async () => {
  const data = { list: [{ id: '1', total: null }], gone: null };
  const paths = [
    ['list', 0, 'weight'],
    ['list', 5, 'total'],
    ['list', '@', 'x'],
    ['other'],
    ['list', 0, '__proto__'],
  ];
  const { errors } = await finalize({ data, errors: paths.map((path) => error(path, 'REFUSED')) });
  expect(errors?.map(({ path }) => path)).toEqual([['list', 0], ['list'], ['list'], undefined, ['list', 0]]);
  const inside = await finalize({ data, errors: [error(['gone', 'deep', 1]), error(['list', 0, 'total'])] });
  expect(inside.errors?.map(({ path }) => path)).toEqual([
    ['gone', 'deep', 1],
    ['list', 0, 'total'],
  ]);
});

test('reports a loss once when two fetches lost the same place, and keeps every refusal', async () => {
  const data = { order: { id: '1' } };
  const lost = await finalize({ data, errors: [error(['order', 'weight']), error(['order', 'price'])] });
  expect(lost.errors).toEqual([error(['order'])]);
  const refused = [
    { ...error(['order'], 'REFUSED'), message: 'No.' },
    { ...error(['order'], 'REFUSED'), message: 'No.' },
  ];
  expect((await finalize({ data, errors: refused })).errors).toHaveLength(2);
});

test('says in a header when to come again after a refusal that ends by itself, the longest time of all', async () => {
  const overloaded = (path: string, details: object = {}) => ({
    ...error([path]),
    extensions: { code: 'OVERLOADED', ...details },
  });
  const limited = (path: string, details: object = {}) => ({
    ...error([path]),
    extensions: { code: 'TOO_MANY_ATTEMPTS', ...details },
  });
  const find = async (...errors: GraphQLFormattedError[]) => {
    const result: Result = { data: {}, errors };
    const headers = await finalizeHeaders(result);
    return [
      headers.get('retry-after'),
      ...(result.errors ?? []).map(({ extensions }) => extensions?.retryAfter),
    ];
  };
  expect(await find(overloaded('a', { retryAfter: 2 }), overloaded('b', { retryAfter: 5 }))).toEqual([
    '5',
    2,
    5,
  ]);
  // The gateway itself refuses where too many calls of a subgraph wait.
  expect(await find(overloaded('a'), error(['b']))).toEqual(['1', 1, undefined]);
  for (const retryAfter of ['1\r\nx: y', -5, 0, 2.5])
    expect(await find(overloaded('a', { retryAfter }))).toEqual(['1', 1]);
  expect(await find(limited('a', { retryAfter: 840 }), overloaded('b'))).toEqual(['840', 840, 1]);
  for (const details of [{}, { retryAfter: 'soon' }])
    expect(await find(limited('a', details)), 'the gateway knows no window').toEqual([undefined, undefined]);
  expect(await find(error(['a']))).toEqual([undefined, undefined]);
});
