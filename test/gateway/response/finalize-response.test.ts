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

/** What the client gets of what the executor made. `isAbsent`: a subgraph said of some entity that it is not there. */
async function finish(singleResult: Result, isAbsent = false): Promise<Result> {
  const { signal } = new AbortController();
  const state = { ...createRequestState(), hasMissingEntities: isAbsent };
  const contextValue: GatewayContext = { viewer: anonymous, signal, traceId, state };
  const http = { headers: new HeaderMap() };
  const hooks = await finalizeResponse(silent).requestDidStart?.({ contextValue } as never);
  const response = { http, body: { kind: 'single', singleResult } };
  await hooks?.willSendResponse?.({ response } as never);
  expect(http.headers.get('trace-id')).toBe(traceId);
  return singleResult;
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

test('leaves an answer as it is where nothing went wrong', async () => {
  expect(await finish({ data: { me: null } })).toEqual({ data: { me: null } });
  const extensions = { cost: 1 };
  expect(await finish({ data: {}, extensions: { ...extensions, ...noted() } })).toEqual({
    data: {},
    extensions,
  });
});

test('takes an entity that is not there for null, where null may be', async () => {
  const data = { order: { payment: null }, list: [null, { id: '1' }] };
  const extensions = noted(['order', 'payment', 'status'], ['list', 0, 'total']);
  expect(await finish({ data, extensions }, true)).toEqual({ data });
});

test('calls the same a fault of ours when every entity was there: then something was never asked for', async () => {
  const data = { order: { payment: null } };
  expect(await finish({ data, extensions: noted(['order', 'payment', 'status']) })).toEqual({
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
])('says so when a null took %s along, though an entity was not there', async (_what, data, path) => {
  const { errors } = await finish({ data, extensions: noted(path) }, true);
  expect(errors?.map(({ path: at, extensions }) => [at, extensions?.code])).toEqual([
    [path, 'INTERNAL_SERVER_ERROR'],
  ]);
});

test('a value that clients cannot see is null without a word where null may be, and an error where not', async () => {
  const valueCompletion = [invalid('order', 'kind')];
  expect(await finish({ data: { order: { kind: null } }, extensions: { valueCompletion } })).toEqual({
    data: { order: { kind: null } },
  });
  const { errors } = await finish({ data: { order: null }, extensions: { valueCompletion } });
  expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['SUBGRAPH_ANSWER_INVALID']);
});

test('ends the path of an error where the answer ends: nobody asked for what is below', async () => {
  const data = { list: [{ id: '1', total: null }], gone: null };
  const paths = [
    ['list', 0, 'weight'],
    ['list', 5, 'total'],
    ['list', '@', 'x'],
    ['other'],
    ['list', 0, '__proto__'],
  ];
  const { errors } = await finish({ data, errors: paths.map((path) => error(path, 'REFUSED')) });
  expect(errors?.map(({ path }) => path)).toEqual([['list', 0], ['list'], ['list'], undefined, ['list', 0]]);
  const inside = await finish({ data, errors: [error(['gone', 'deep', 1]), error(['list', 0, 'total'])] });
  expect(inside.errors?.map(({ path }) => path)).toEqual([
    ['gone', 'deep', 1],
    ['list', 0, 'total'],
  ]);
});

test('says once what two fetches lost in one place, and keeps refusals as many as they are', async () => {
  const data = { order: { id: '1' } };
  const lost = await finish({ data, errors: [error(['order', 'weight']), error(['order', 'price'])] });
  expect(lost.errors).toEqual([error(['order'])]);
  const refused = [
    { ...error(['order'], 'REFUSED'), message: 'No.' },
    { ...error(['order'], 'REFUSED'), message: 'No.' },
  ];
  expect((await finish({ data, errors: refused })).errors).toHaveLength(2);
});
