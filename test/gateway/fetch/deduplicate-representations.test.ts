import { expect, test } from 'vitest';
import { deduplicateRepresentations } from '../../../gateway/fetch/deduplicate-representations.ts';
import type { Operation, SubgraphResponse } from '../../../platform/calls/call.ts';
import { anonymous } from '../../../platform/identity/viewer.ts';

const call = { viewer: anonymous, signal: new AbortController().signal, traceId: 'a'.repeat(32) };
const query =
  'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }';
const represent = (...ids: unknown[]) => ids.map((id) => ({ __typename: 'Order', id }));

/** Fetches these entities. Returns the variables that were sent, and the response. */
async function fetchEntities(
  ids: readonly unknown[],
  respond: (sent: { id: unknown }[]) => SubgraphResponse,
) {
  let sent: Operation | undefined;
  const execute = deduplicateRepresentations(async (operation) => {
    sent = operation;
    return respond(operation.variables?.representations as { id: unknown }[]);
  });
  const response = await execute(
    { query, variables: { first: 3, representations: represent(...ids) } },
    call,
  );
  return { sent: sent?.variables, response };
}

const echo = (sent: { id: unknown }[]): SubgraphResponse => ({
  data: { _entities: sent.map(({ id }) => ({ id, lines: [{ id }] })) },
});

test('sends equal representations once, with the other variables, and expands the response', async () => {
  const { sent, response } = await fetchEntities(['a', 'b', 'a', 'a', 'c', 'b'], echo);
  expect(sent).toEqual({ first: 3, representations: represent('a', 'b', 'c') });
  expect(response).toEqual(echo(represent('a', 'b', 'a', 'a', 'c', 'b')));
});

test('distinguishes numbers, strings and nested objects', async () => {
  const ids = [1, '1', { of: 1 }, { of: '1' }, null, 1, { of: 1 }];
  const { sent, response } = await fetchEntities(ids, echo);
  expect(sent?.representations).toHaveLength(5);
  expect(response).toEqual(echo(represent(...ids)));
});

test('gives each representation an object of its own, down to the last list', async () => {
  const { response } = await fetchEntities(['a', 'a', 'a'], echo);
  const entities = response.data?._entities as { lines: object[] }[];
  expect(new Set(entities).size).toBe(3);
  expect(new Set(entities.map(({ lines }) => lines)).size).toBe(3);
  expect(new Set(entities.map(({ lines: [line] }) => line)).size).toBe(3);
});

test('repeats an error for each representation of its entity, and an error about the whole fetch not', async () => {
  const errors = [
    { message: 'of b', path: ['_entities', 1, 'lines', 0] },
    { message: 'of all', path: ['_entities'] },
    { message: 'of nothing' },
    { message: 'of an entity outside the list', path: ['_entities', 7] },
  ];
  const { response } = await fetchEntities(['a', 'b', 'b'], () => ({ data: null, errors }));
  expect(response.data).toBeNull();
  expect(response.errors).toEqual([
    { message: 'of b', path: ['_entities', 1, 'lines', 0] },
    { message: 'of b', path: ['_entities', 2, 'lines', 0] },
    ...errors.slice(1),
  ]);
});

test.each([
  ['fewer', 2],
  ['more', 5],
  ['as many as the caller sent', 4],
])('makes no entities of a list that has %s items', async (_what, length) => {
  const { response } = await fetchEntities(['a', 'b', 'a', 'c'], () => ({
    data: { _entities: Array.from({ length }, () => null) },
  }));
  expect(response.data).toEqual({ _entities: null });
});

test('passes on an operation without equal representations as it is', async () => {
  const variables = { representations: represent('a', 'b') };
  const seen: unknown[] = [];
  const execute = deduplicateRepresentations(async (operation) => {
    seen.push(operation.variables);
    return { data: {} };
  });
  await execute({ query, variables }, call);
  await execute({ query: '{ tip }' }, call);
  await execute({ query, variables: { representations: 'odd' } }, call);
  expect(seen[0]).toBe(variables);
  expect(seen.slice(1)).toEqual([undefined, { representations: 'odd' }]);
});

test('keeps a key "__proto__" a key in every copy', async () => {
  const { response } = await fetchEntities(['a', 'a'], () =>
    JSON.parse('{"data":{"_entities":[{"__proto__":{"polluted":1}}]}}'),
  );
  expect(JSON.stringify(response.data)).toBe(
    '{"_entities":[{"__proto__":{"polluted":1}},{"__proto__":{"polluted":1}}]}',
  );
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
