// How operations are carried out: by compiled plans, or by Apollo's own executor where those do not reach, counted by reason.
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { compilePlanNode, NotCompiled } from '../../../gateway/execute/compiled-plan.ts';
import { PlanCounts } from '../../../gateway/execute/plan-counts.ts';
import { createOperationCache } from '../../../gateway/operation-cache.ts';
import { link, openSmallGraph } from '../small-graph.ts';

test('tells operators how many operations were carried out by compiled plans', async () => {
  const graph = await openSmallGraph({
    people: { sdl: `${link}type Query { ok: String }`, resolvers: { Query: { ok: () => 'fine' } } },
  });
  const plans = async () => {
    const health = await fetch(new URL('/health/ready', graph.url));
    return ((await health.json()) as { plans: unknown }).plans;
  };
  try {
    expect(await plans()).toEqual({ compiled: 0, fallbacks: {} });
    for (const query of ['{ ok }', '{ nothing }', '{ ok }', '{ ok __schema { queryType { name } } }'])
      await (await graph.post({ query })).text();
    expect(await plans()).toEqual({ compiled: 3, fallbacks: {} });
  } finally {
    await graph.close();
  }
});

test.each([
  ['Condition', { kind: 'Condition', condition: 'a', ifClause: undefined }],
  ['@fromContext', { kind: 'Fetch', serviceName: 'a', operation: '', contextRewrites: [{}] }],
])('leaves to Apollo’s executor what it does not compile: %s', (reason, node) => {
  const schema = buildSchema('type Query { ok: String }');
  const compile = () => compilePlanNode(node as never, schema, () => Promise.reject(new Error('not asked')));
  expect(compile).toThrow(NotCompiled);
  expect(compile).toThrow(reason);
});

test('counts fallbacks by reason, and logs each reason once', () => {
  const counts = new PlanCounts();
  const lines: unknown[] = [];
  const log = { info: (line: unknown) => lines.push(line) } as never;
  for (const reason of ['a', 'b', 'a']) counts.countFallback(reason, log);
  expect(lines).toEqual([{ reason: 'a' }, { reason: 'b' }]);
  expect(counts.health).toEqual({ compiled: 0, fallbacks: { a: 2, b: 1 } });
});

test('keeps a thousand forms of operations, and two million characters of them, whoever makes up more', () => {
  const small = createOperationCache<string>((text) => text.length);
  for (let index = 0; index < 5_000; index += 1) small.set(`{ a${index}: ok }`, 'x');
  expect(small.size).toBe(1_000);
  expect(small.get('{ a4999: ok }')).toBe('x');
  expect(small.get('{ a0: ok }')).toBeUndefined();
  const large = createOperationCache<string>((text) => text.length);
  for (let index = 0; index < 100; index += 1) large.set(`${index}`, 'x'.repeat(100_000));
  expect(large.size).toBe(19);
  expect(large.calculatedSize).toBeLessThanOrEqual(2_000_000);
});
