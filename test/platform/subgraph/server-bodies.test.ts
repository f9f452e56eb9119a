import { beforeAll, expect, test } from 'vitest';
import { anonymous } from '../../../platform/identity/viewer.ts';
import { postLargeBody } from '../http/large-body.ts';
import { post, serve, sign, subgraphThat } from './served-subgraph.ts';

let url: string;
beforeAll(async () => {
  ({ url } = await serve(subgraphThat(async () => ({ data: {} }))));
});

test.each([
  ['broken JSON', '{', 400],
  ['no query', { variables: {} }, 400],
  ['a query that is no text', { query: { a: 1 } }, 400],
  ['a list of queries', [{ query: '{ a }' }], 400],
  ['a key that occurs twice', '{"query": "{ a }", "query": "{ b }"}', 400],
  ['more than it reads', { query: 'x'.repeat(1024 * 1024) }, 413],
])('answers %s from a known caller with the right status', async (_what, body, status) => {
  expect((await post(url, body, await sign('accounts', anonymous))).status).toBe(status);
});

test('a value that no field accepts reaches the fields, so that a bad reference fails alone, as in memory', async () => {
  const variables = { id: '\u0000', other: 'good' };
  const graph = await serve(subgraphThat(async (operation) => ({ data: { seen: operation.variables } })));
  const response = await post(graph.url, { query: '{ a }', variables }, await sign('accounts', anonymous));
  expect([response.status, await response.json()]).toEqual([200, { data: { seen: variables } }]);
});

test('answers 415 to a known caller whose body may be read in two charsets', async () => {
  const headers = { 'content-type': 'application/json; charset=utf-8; charset=utf-7' };
  const response = await post(url, { query: '{ a }' }, await sign('accounts', anonymous), headers);
  expect(response.status).toBe(415);
});

test('lets a caller read 413 that has sent 10 MB before it reads, and 401 without an identity', async () => {
  const authorization = `Bearer ${await sign('accounts', anonymous)}`;
  expect(await postLargeBody(url, 10_000_000, { authorization })).toMatch(/^HTTP\/1\.1 413 /);
  expect(await postLargeBody(url, 10_000_000)).toMatch(/^HTTP\/1\.1 401 .*UNAUTHENTICATED/s);
});
