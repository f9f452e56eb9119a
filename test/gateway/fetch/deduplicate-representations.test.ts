import { expect, test } from 'vitest';
import { deduplicateRepresentations } from '../../../gateway/fetch/deduplicate-representations.ts';
import type { Operation, SubgraphResponse } from '../../../platform/calls/call.ts';
import { anonymous } from '../../../platform/identity/viewer.ts';

const call = { viewer: anonymous, signal: new AbortController().signal, traceId: 'a'.repeat(32) };
const query =
  'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }';
const refer = (...ids: unknown[]) => ids.map((id) => ({ __typename: 'Order', id }));

/** Asks for these entities; answers what was sent, and what came back. */
async function ask(ids: readonly unknown[], answer: (sent: { id: unknown }[]) => SubgraphResponse) {
  let sent: Operation | undefined;
  const execute = deduplicateRepresentations(async (operation) => {
    sent = operation;
    return answer(operation.variables?.representations as { id: unknown }[]);
  });
  const got = await execute({ query, variables: { first: 3, representations: refer(...ids) } }, call);
  return { sent: sent?.variables, got };
}

const echo = (sent: { id: unknown }[]): SubgraphResponse => ({
  data: { _entities: sent.map(({ id }) => ({ id, lines: [{ id }] })) },
});

test('sends equal entities once, with the other variables, and answers as if each had been sent', async () => {
  const { sent, got } = await ask(['a', 'b', 'a', 'a', 'c', 'b'], echo);
  expect(sent).toEqual({ first: 3, representations: refer('a', 'b', 'c') });
  expect(got).toEqual(echo(refer('a', 'b', 'a', 'a', 'c', 'b')));
});

test('takes a number, a text and what is nested for what they are', async () => {
  const ids = [1, '1', { of: 1 }, { of: '1' }, null, 1, { of: 1 }];
  const { sent, got } = await ask(ids, echo);
  expect(sent?.representations).toHaveLength(5);
  expect(got).toEqual(echo(refer(...ids)));
});

test('gives every place an object of its own, down to the last list', async () => {
  const { got } = await ask(['a', 'a', 'a'], echo);
  const entities = got.data?._entities as { lines: object[] }[];
  expect(new Set(entities).size).toBe(3);
  expect(new Set(entities.map(({ lines }) => lines)).size).toBe(3);
  expect(new Set(entities.map(({ lines: [line] }) => line)).size).toBe(3);
});

test('puts errors wherever their entity stands, and those about the whole fetch once', async () => {
  const errors = [
    { message: 'of b', path: ['_entities', 1, 'lines', 0] },
    { message: 'of all', path: ['_entities'] },
    { message: 'of nothing' },
    { message: 'of nobody', path: ['_entities', 7] },
  ];
  const { got } = await ask(['a', 'b', 'b'], () => ({ data: null, errors }));
  expect(got.data).toBeNull();
  expect(got.errors).toEqual([
    { message: 'of b', path: ['_entities', 1, 'lines', 0] },
    { message: 'of b', path: ['_entities', 2, 'lines', 0] },
    ...errors.slice(1),
  ]);
});

test.each([
  ['fewer', 2],
  ['more', 5],
  ['as many as there are places', 4],
])('makes no list of one that has %s than were sent', async (_what, length) => {
  const { got } = await ask(['a', 'b', 'a', 'c'], () => ({
    data: { _entities: Array.from({ length }, () => null) },
  }));
  expect(got.data).toEqual({ _entities: null });
});

test('passes on what has nothing equal in it, and what has no entities, as it is', async () => {
  const variables = { representations: refer('a', 'b') };
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
  const { got } = await ask(['a', 'a'], () =>
    JSON.parse('{"data":{"_entities":[{"__proto__":{"polluted":1}}]}}'),
  );
  expect(JSON.stringify(got.data)).toBe(
    '{"_entities":[{"__proto__":{"polluted":1}},{"__proto__":{"polluted":1}}]}',
  );
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
