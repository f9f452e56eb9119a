// Whole answers that are shared while they are under way: only by queries that are equal in all that a foreign subgraph is
// told of, only where nothing went wrong, and nobody waits longer than his own time.
import type { GatewayExecutionResult, GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import { getOperationAST, parse } from 'graphql';
import { expect, test } from 'vitest';
import { answersAtOnce } from '../../../gateway/cache/shared-execution.ts';
import { required } from '../../support/required.ts';

interface Asking {
  query?: string;
  variables?: Record<string, unknown>;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** An executor that answers when it is told to, and what is around it. */
function openWorld(joinMs = 60_000) {
  const runs: PromiseWithResolvers<GatewayExecutionResult>[] = [];
  const shared: object[] = [];
  let turn = 0;
  const execute = answersAtOnce(
    () => {
      const run = Promise.withResolvers<GatewayExecutionResult>();
      runs.push(run);
      return run.promise;
    },
    { freshness: { turn: () => turn }, joinMs, onShared: (data) => shared.push(data) },
  );
  const ask = ({
    query = '{ a }',
    variables = {},
    headers,
    signal = new AbortController().signal,
  }: Asking = {}) => {
    const document = parse(query);
    const context = { signal, headers };
    const request = {
      queryHash: query,
      operation: getOperationAST(document),
      request: { variables },
      context,
    };
    return execute(request as unknown as GatewayGraphQLRequestContext);
  };
  const run = (index: number) => required(runs[index], `run ${index}`);
  const turnOver = () => {
    turn += 1;
  };
  return { ask, run, runs, shared, turnOver };
}

test('carries equal queries out once, gives all of them one answer, and begins anew afterwards', async () => {
  const { ask, run, runs, shared } = openWorld();
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

test('tells nobody of an answer that only one waits for', async () => {
  const { ask, run, shared } = openWorld();
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
  ['being a write', { query: 'mutation { a }' }, { query: 'mutation { a }' }],
])('carries apart what differs in %s', (_what, one, other) => {
  const { ask, runs } = openWorld();
  void ask(one);
  void ask(other);
  expect(runs).toHaveLength(2);
});

test('lets nobody join what began before a write or another graph, or may be stuck', () => {
  const before = openWorld();
  void before.ask();
  before.turnOver();
  void before.ask();
  expect(before.runs).toHaveLength(2);
  // Whoever comes now joins the newer one.
  void before.ask();
  expect(before.runs).toHaveLength(2);
  const stuck = openWorld(0);
  void stuck.ask();
  void stuck.ask();
  expect(stuck.runs).toHaveLength(2);
});

test.each<[string, (run: PromiseWithResolvers<GatewayExecutionResult>) => void]>([
  ['errors', (run) => run.resolve({ data: { a: null }, errors: [new Error('lost') as never] })],
  ['notes', (run) => run.resolve({ data: { a: null }, extensions: { valueCompletion: [] } })],
  ['no data', (run) => run.resolve({ data: null })],
  ['a fault', (run) => run.reject(new Error('gone'))],
])('shares no answer with %s: each of the others asks for himself', async (_what, fail) => {
  const { ask, run, runs, shared } = openWorld();
  const [first, second] = [ask(), ask()];
  fail(run(0));
  await first.catch(() => {});
  await expect.poll(() => runs.length).toBe(2);
  run(1).resolve({ data: { a: 2 } });
  expect(await second).toEqual({ data: { a: 2 } });
  expect(shared).toEqual([]);
});

test('lets one leave whose time is over, and the others wait on', async () => {
  const { ask, run, runs } = openWorld();
  const first = ask();
  const leaving = new AbortController();
  const second = ask({ signal: leaving.signal });
  const third = ask();
  leaving.abort(new Error('gone'));
  // It hears from the executor that its time is over.
  await expect.poll(() => runs.length).toBe(2);
  run(1).reject(new Error('aborted'));
  await expect(second).rejects.toThrow('aborted');
  run(0).resolve({ data: { a: 1 } });
  expect(await Promise.all([first, third])).toEqual([{ data: { a: 1 } }, { data: { a: 1 } }]);
});
