// With which viewer a fetch is sent, and which fetches are sent once.
import { buildSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { shareFetches } from '../../../gateway/cache/fetch-sharing.ts';
import { openFreshness } from '../../../gateway/cache-policy/freshness.ts';
import { PoliciesBySchema } from '../../../gateway/cache-policy/graph-policies.ts';
import type { Call, Execute } from '../../../platform/calls/call.ts';
import { silent } from '../../support/silent-log.ts';
import { customer } from '../../support/viewers.ts';

const schema = buildSchema(`directive @cacheControl(maxAge: Int) on FIELD_DEFINITION
  type Query { open: Int @cacheControl(maxAge: 60) own: Int } type Mutation { write: Int }`);

function openClient({ joinMs = 60_000, isForeign = false } = {}) {
  const calls: Call[] = [];
  const send: Execute = async (_operation, call) => {
    calls.push(call);
    return { data: { count: calls.length } };
  };
  const policies = new PoliciesBySchema();
  policies.add(schema, schema);
  const freshness = openFreshness(() => undefined);
  const options = { policies, freshness, log: silent, joinMs, isForeign };
  const execute = shareFetches('products', send, options);
  const signal = new AbortController().signal;
  const fetch = (query: string) =>
    execute({ query }, { viewer: customer(), signal, traceId: '0'.repeat(32), address: '192.0.2.1' });
  return { calls, freshness, fetch };
}

/** For each call: the kind of its viewer, and whether it carries the client's address. */
const describeCalls = (calls: readonly Call[]) =>
  calls.map(({ viewer, address }) => [viewer.kind, address !== undefined]);

describe.each([
  ['with sharing', 60_000, 1],
  ['without sharing', 0, 2],
])('%s', (_name, joinMs, publicCalls) => {
  test('sends public fetches without viewer and address', async () => {
    const { calls, fetch } = openClient({ joinMs });
    await Promise.all([fetch('{ open }'), fetch('{ open }')]);
    expect(describeCalls(calls)).toEqual(Array(publicCalls).fill(['anonymous', false]));
  });

  test('sends each private fetch with its viewer', async () => {
    const { calls, fetch } = openClient({ joinMs });
    await Promise.all([fetch('{ own }'), fetch('{ own }')]);
    expect(describeCalls(calls)).toEqual(Array(2).fill(['account', true]));
  });
});

test('shares private fetches of foreign subgraphs, but no mutation', async () => {
  const { calls, fetch } = openClient({ isForeign: true });
  await Promise.all([fetch('{ own }'), fetch('{ own }')]);
  expect(calls).toHaveLength(1);
  await Promise.all([fetch('mutation { write }'), fetch('mutation { write }')]);
  expect(calls).toHaveLength(3);
});

test('records a write when it ends, not when it begins', async () => {
  const { freshness, fetch } = openClient();
  const mark = freshness.createMark('products');
  const write = fetch('mutation { write }');
  expect(freshness.isFresh(mark)).toBe(true);
  await write;
  expect(freshness.isFresh(mark)).toBe(false);
});
