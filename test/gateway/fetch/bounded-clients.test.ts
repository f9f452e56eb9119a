// How a call is bounded, from inside it; what becomes of it is in test/outage/bounds.test.ts.
import { expect, test } from 'vitest';
import { boundClients } from '../../../gateway/fetch/bounded-clients.ts';
import type { Call } from '../../../platform/calls/call.ts';
import { defaultCallLimits } from '../../../platform/calls/resilience.ts';
import { anonymous } from '../../../platform/identity/viewer.ts';

const traceId = 'a'.repeat(32);

async function callSeen(query: string, leftMs: number | undefined, attemptMs = 10_000): Promise<Call> {
  let seen: Call | undefined;
  const { clientFor: to } = boundClients(
    () => async (_operation, call) => {
      seen = call;
      return { data: {} };
    },
    { ...defaultCallLimits, attemptTimeoutMs: attemptMs },
  );
  const deadline = leftMs === undefined ? undefined : Date.now() + leftMs;
  const headers = { 'accept-language': 'de' };
  await to('stock')(
    { query },
    { viewer: anonymous, signal: new AbortController().signal, traceId, deadline, headers },
  );
  return seen as Call;
}
const left = async (...asked: Parameters<typeof callSeen>) =>
  ((await callSeen(...asked)).deadline ?? 0) - Date.now();

test('tells a subgraph to be done a little before the client stops waiting, so that the answer still reaches it', async () => {
  expect(await left('{ tip }', 1_000)).toBeLessThanOrEqual(950);
  expect(await left('{ tip }', 9_000)).toBeLessThanOrEqual(8_750);
  expect(await left('mutation { refill }', 30_000)).toBeLessThanOrEqual(29_750);
});

test('gives a query its own time at most, and a mutation what there is', async () => {
  expect(await left('{ tip }', 60_000)).toBeLessThanOrEqual(10_000);
  expect(await left('mutation { refill }', 60_000)).toBeGreaterThan(50_000);
  expect(
    await left('mutation { refill }', undefined),
    'with no deadline, the usual time',
  ).toBeLessThanOrEqual(10_000);
});

test('passes on who asks, with what, as it was', async () => {
  expect(await callSeen('{ tip }', 1_000)).toMatchObject({
    viewer: anonymous,
    traceId,
    headers: { 'accept-language': 'de' },
  });
});

test('knows nothing of a subgraph that nobody asked for, and keeps what it has learnt of one', () => {
  const ways = boundClients(() => async () => ({ data: {} }), defaultCallLimits);
  expect(ways.health('stock')).toBeUndefined();
  ways.clientFor('stock');
  expect(ways.health('stock')).toEqual({ breaker: 'closed', running: 0, queued: 0 });
});
