import { randomInt } from 'node:crypto';
import { GraphQLError, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { PlannedGraph } from '../../../gateway/planning/messages.ts';
import { Planning } from '../../../gateway/planning/planning.ts';
import type { PlanningLimits } from '../../../gateway/planning/usage.ts';
import { silent } from '../../support/silent-log.ts';
import { compose } from '../plan/chained-requires.ts';
import { composeHostileGraph, hostileOperations } from './hostile-graph.ts';

const hostileSdl = composeHostileGraph();
const smallSdl = compose({ a: 'type Query { small: Int }' });

/** Nothing of these tests comes near. */
const unbounded: PlanningLimits = { timeoutMs: 600_000, memoryMb: 2_048, maxWaitMs: 600_000 };
/** Takes minutes. */
const endless = hostileOperations['an interface whose types have several owners'];

let bounded: Planning;
let graph: PlannedGraph;
beforeAll(() => {
  bounded = new Planning({ timeoutMs: 500, memoryMb: 48, maxWaitMs: 600_000 }, silent);
  graph = bounded.addGraph(hostileSdl);
});
afterAll(() => bounded.close());

interface Asked {
  graph: PlannedGraph;
  query: string;
  address?: string;
  signal?: AbortSignal;
}

function plan(planning: Planning, { graph, query, signal = new AbortController().signal, address }: Asked) {
  return planning.plan(graph, parse(query), undefined, { signal, address });
}

for (const [kind, query] of Object.entries(hostileOperations))
  test(`gives up ${kind}, and refuses it at once when it comes again`, async () => {
    const { exhausted } = bounded.health;
    const refusal = { extensions: { code: 'OPERATION_TOO_EXPENSIVE', http: { status: 400 } } };
    await expect(plan(bounded, { graph, query })).rejects.toMatchObject(refusal);
    expect(bounded.health.exhausted).toBe(exhausted + 1);
    // With other spaces and another name it is the same operation.
    const renamed = `query Renamed ${query.replaceAll(' ', '\n')}`;
    await expect(plan(bounded, { graph, query: renamed })).rejects.toMatchObject(refusal);
    expect(bounded.health.exhausted).toBe(exhausted + 1);
    await expect(plan(bounded, { graph, query: '{ n }' })).resolves.toMatchObject({ kind: 'QueryPlan' });
  });

test('gives an operation up when it takes too much memory, long before its time is up', async () => {
  const planning = new Planning({ ...unbounded, memoryMb: 32 }, silent);
  onTestFinished(() => planning.close());
  const query = hostileOperations['an interface object that leads to itself'];
  await expect(plan(planning, { graph: planning.addGraph(hostileSdl), query })).rejects.toMatchObject({
    extensions: { code: 'OPERATION_TOO_EXPENSIVE' },
  });
});

describe('while operations burn', () => {
  let planning: Planning;
  let graph: PlannedGraph;
  const settled: unknown[] = [];
  const burn = (addresses: readonly string[]) => {
    for (const address of addresses) {
      const query = `query Burning${randomInt(1e9)} ${endless}`;
      plan(planning, { graph, query, address }).catch((cause: unknown) => settled.push(cause));
    }
  };
  beforeAll(() => {
    planning = new Planning(unbounded, silent);
    graph = planning.addGraph(hostileSdl);
    burn(['2001:db8::1', '2001:db8::2']);
  });
  afterAll(() => planning.close());

  test('plans other operations', async () => {
    for (const alias of ['first', 'second'])
      await plan(planning, { graph, query: `{ ${alias}: n }`, address: '2001:db8::1' });
    expect(settled).toEqual([]);
  });

  test('plans on a new supergraph, and goes on with the one before', async () => {
    const next = planning.addGraph(smallSdl);
    await expect(plan(planning, { graph: next, query: '{ small }' })).resolves.toMatchObject({
      node: { serviceName: 'a' },
    });
    await expect(plan(planning, { graph, query: '{ n }' })).resolves.toMatchObject({
      node: { serviceName: 'owner' },
    });
    await expect(plan(planning, { graph: next, query: '{ n }' })).rejects.toThrow(GraphQLError);
    expect(settled).toEqual([]);
  });

  test('leaves a thread to other clients, however many operations burn that one client sends from its network', async () => {
    burn(['2001:db8::3', '2001:db8::4', '2001:db8::5']);
    const states: string[] = [];
    plan(planning, { graph, query: '{ waiting: n }', address: '2001:db8::6' }).then(
      () => states.push('planned'),
      () => states.push('refused'),
    );
    for (const alias of ['other', 'another'])
      await plan(planning, { graph, query: `{ ${alias}: n }`, address: '2.2.2.2' });
    expect([states, settled]).toEqual([[], []]);
    expect(planning.health).toEqual({ threads: 4, waiting: 3, exhausted: 0 });
  });

  test('tells a client whose time ends while it waits to try again', async () => {
    const request = { graph, query: '{ late: n }', address: '2001:db8::1', signal: AbortSignal.timeout(50) };
    await expect(plan(planning, request)).rejects.toMatchObject({
      extensions: { code: 'PLANNER_BUSY', http: { status: 503 } },
    });
  });
});

test('plans an operation once for all that wait for it', async () => {
  const query = '{ together: n }';
  const [one, other] = await Promise.all([plan(bounded, { graph, query }), plan(bounded, { graph, query })]);
  expect(one).toBe(other);
});

test('knows when it can plan', async () => {
  const planning = new Planning(unbounded, silent);
  onTestFinished(() => planning.close());
  planning.addGraph(smallSdl);
  expect(planning.isReady).toBe(false);
  await planning.whenReady;
  expect(planning.isReady).toBe(true);
});

test('cannot start with a supergraph that it cannot plan on', async () => {
  const planning = new Planning(unbounded, silent);
  onTestFinished(() => planning.close());
  planning.addGraph('type Query { n: Int }');
  await expect(planning.whenReady).rejects.toThrow();
});
