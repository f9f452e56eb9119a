// Executions that concurrent queries share: only queries that are equal in everything a foreign subgraph gets, only complete
// results, and no request waits beyond its own deadline.
import type { GatewayExecutionResult, GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import { getOperationAST, parse } from 'graphql';
import { expect, test } from 'vitest';
import { shareExecutions } from '../../../gateway/cache/shared-execution.ts';
import { createRequestState } from '../../../gateway/context.ts';
import { required } from '../../support/required.ts';
import { openShop } from './shop.ts';

interface Asking {
  query?: string;
  variables?: Record<string, unknown>;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** An executor whose results the test decides. */
function openExecutor(joinMs = 60_000) {
  const runs: PromiseWithResolvers<GatewayExecutionResult>[] = [];
  const shared: object[] = [];
  let epoch = 0;
  const execute = shareExecutions(
    () => {
      const run = Promise.withResolvers<GatewayExecutionResult>();
      runs.push(run);
      return run.promise;
    },
    { freshness: { getEpoch: () => epoch }, joinMs, onShared: (data) => shared.push(data) },
  );
  const ask = ({
    query = '{ a }',
    variables = {},
    headers,
    signal = new AbortController().signal,
  }: Asking = {}) => {
    const document = parse(query);
    const context = { signal, headers, state: createRequestState() };
    const request = {
      queryHash: query,
      operation: getOperationAST(document),
      request: { variables },
      context,
    };
    return execute(request as unknown as GatewayGraphQLRequestContext);
  };
  const run = (index: number) => required(runs[index], `run ${index}`);
  const nextEpoch = () => {
    epoch += 1;
  };
  return { ask, run, runs, shared, nextEpoch };
}

test('executes equal concurrent queries once, gives all of them one result, and executes again afterwards', async () => {
  const { ask, run, runs, shared } = openExecutor();
  const waiting = [ask(), ask(), ask()];
  expect(runs).toHaveLength(1);
  const data = { a: 1 };
  run(0).resolve({ data });
  const answers = await Promise.all(waiting);
  expect(answers.every((answer) => answer.data === data)).toBe(true);
  expect(new Set(answers).size).toBe(3);
  expect(shared).toEqual([data]);
  void ask();
  expect(runs).toHaveLength(2);
});

test('does not report a result as shared when one request waits for it', async () => {
  const { ask, run, shared } = openExecutor();
  const alone = ask();
  run(0).resolve({ data: { a: 1 } });
  await alone;
  expect(shared).toEqual([]);
});

test.each<[string, Asking, Asking]>([
  ['text', { query: '{ a }' }, { query: '{ b: a }' }],
  ['variables', { query: 'query ($x: Int) { a }', variables: { x: 1 } }, { query: 'query ($x: Int) { a }' }],
  ['headers', { headers: { tenant: 'one' } }, { headers: { tenant: 'two' } }],
  ['headers at all', { headers: { tenant: 'one' } }, {}],
  ['being a mutation', { query: 'mutation { a }' }, { query: 'mutation { a }' }],
])('executes separately what differs in %s', (_what, one, other) => {
  const { ask, runs } = openExecutor();
  void ask(one);
  void ask(other);
  expect(runs).toHaveLength(2);
});

test('lets no request join an execution from before a write or a change of the graph, or one that may hang', () => {
  const before = openExecutor();
  void before.ask();
  before.nextEpoch();
  void before.ask();
  expect(before.runs).toHaveLength(2);
  // The third request joins the newer execution.
  void before.ask();
  expect(before.runs).toHaveLength(2);
  const stuck = openExecutor(0);
  void stuck.ask();
  void stuck.ask();
  expect(stuck.runs).toHaveLength(2);
});

test.each<[string, (run: PromiseWithResolvers<GatewayExecutionResult>) => void]>([
  ['errors', (run) => run.resolve({ data: { a: null }, errors: [new Error('lost') as never] })],
  ['notes', (run) => run.resolve({ data: { a: null }, extensions: { valueCompletion: [] } })],
  ['no data', (run) => run.resolve({ data: null })],
  ['a fault', (run) => run.reject(new Error('gone'))],
])('shares no result with %s: each waiting request executes for itself', async (_what, fail) => {
  const { ask, run, runs, shared } = openExecutor();
  const [first, second] = [ask(), ask()];
  fail(run(0));
  await first.catch(() => {});
  await expect.poll(() => runs.length).toBe(2);
  run(1).resolve({ data: { a: 2 } });
  expect(await second).toEqual({ data: { a: 2 } });
  expect(shared).toEqual([]);
});

test('rejects a request after its deadline while the others still wait', async () => {
  const { ask, run, runs } = openExecutor();
  const first = ask();
  const leaving = new AbortController();
  const second = ask({ signal: leaving.signal });
  const third = ask();
  leaving.abort(new Error('gone'));
  // The executor produces the error of the deadline.
  await expect.poll(() => runs.length).toBe(2);
  run(1).reject(new Error('aborted'));
  await expect(second).rejects.toThrow('aborted');
  run(0).resolve({ data: { a: 1 } });
  expect(await Promise.all([first, third])).toEqual([{ data: { a: 1 } }, { data: { a: 1 } }]);
});

test('a request that shared an execution caches no response from before a later write', async () => {
  const foreign = await openShop({ SUPERGRAPH: 'shop.graphql', SHARE_FETCHES_MS: '60000' });
  const query = '{ product(id: "1") { name } }';
  const name = async () => {
    const { data } = (await (await foreign.post({ query })).json()) as {
      data: { product: { name: string } };
    };
    return data.product.name;
  };
  const release = foreign.hold();
  const first = name();
  await expect.poll(() => foreign.catalogueFetches().length).toBe(1);
  const second = name();
  // One more request, after which the second one has joined the first.
  await foreign.post({ query: '{ me { name } }' });
  release();
  expect([await first, await second]).toEqual(['Teapot', 'Teapot']);
  expect(foreign.catalogueFetches()).toHaveLength(1);
  await foreign.post({ query: 'mutation { rename(id: "1", name: "Kettle") { id } }' });
  expect(await name()).toBe('Kettle');
  await foreign.close();
});
