// The bounds that a subgraph call receives. What happens when they are exceeded is in test/outage/bounds.test.ts.
import { expect, test } from 'vitest';
import { boundClients } from '../../../gateway/fetch/bounded-clients.ts';
import type { Call } from '../../../platform/calls/call.ts';
import { defaultCallLimits } from '../../../platform/calls/resilience.ts';
import { anonymous } from '../../../platform/identity/viewer.ts';

const traceId = 'a'.repeat(32);
/** No circuit breaker opens in these tests. */
const neverAsked = () => Promise.reject(new Error('not asked here'));

async function findSentCall(
  query: string,
  timeLeftMs: number | undefined,
  attemptTimeoutMs = 10_000,
): Promise<Call> {
  let sent: Call | undefined;
  const { clientFor } = boundClients(
    () => async (_operation, call) => {
      sent = call;
      return { data: {} };
    },
    { ...defaultCallLimits, attemptTimeoutMs },
    neverAsked,
  );
  const deadline = timeLeftMs === undefined ? undefined : Date.now() + timeLeftMs;
  const headers = { 'accept-language': 'de' };
  await clientFor('stock')(
    { query },
    { viewer: anonymous, signal: new AbortController().signal, traceId, deadline, headers },
  );
  return sent as Call;
}
const findTimeLeftMs = async (...given: Parameters<typeof findSentCall>) =>
  ((await findSentCall(...given)).deadline ?? 0) - Date.now();

test('gives a subgraph a deadline a little before the client’s, so that the response still reaches the client', async () => {
  expect(await findTimeLeftMs('{ tip }', 1_000)).toBeLessThanOrEqual(950);
  expect(await findTimeLeftMs('{ tip }', 9_000)).toBeLessThanOrEqual(8_750);
  expect(await findTimeLeftMs('mutation { refill }', 30_000)).toBeLessThanOrEqual(29_750);
});

test('bounds a query by its own timeout, and a mutation by the deadline', async () => {
  expect(await findTimeLeftMs('{ tip }', 60_000)).toBeLessThanOrEqual(10_000);
  expect(await findTimeLeftMs('mutation { refill }', 60_000)).toBeGreaterThan(50_000);
  expect(
    await findTimeLeftMs('mutation { refill }', undefined),
    'without a deadline, the timeout bounds a mutation too',
  ).toBeLessThanOrEqual(10_000);
});

test('passes on the viewer, the trace id and the headers of the call', async () => {
  expect(await findSentCall('{ tip }', 1_000)).toMatchObject({
    viewer: anonymous,
    traceId,
    headers: { 'accept-language': 'de' },
  });
});

test('slow mutations hold up no query, and a full queue of them refuses no query', async () => {
  const limits = { ...defaultCallLimits, maxRunning: 2, maxQueued: 1 };
  const end = Promise.withResolvers<{ data: object }>();
  const { clientFor, health } = boundClients(
    () =>
      ({ query }) =>
        query === '{ tip }' ? Promise.resolve({ data: { tip: 'Buy.' } }) : (end.promise as never),
    limits,
    neverAsked,
  );
  const call = { viewer: anonymous, signal: new AbortController().signal, traceId };
  const ask = (query: string) => clientFor('stock')({ query }, call);
  const mutations = [1, 2, 3].map(() => ask('mutation { refill }'));
  await expect(ask('mutation { refill }')).rejects.toMatchObject({ reason: 'full' });
  expect(health('stock')).toEqual({ breaker: 'closed', running: 2, queued: 1 });
  expect(await ask('{ tip }')).toEqual({ data: { tip: 'Buy.' } });
  end.resolve({ data: {} });
  expect(await Promise.all(mutations)).toHaveLength(3);
});

test('has no health of a subgraph without a client, and a closed breaker for a new client', () => {
  const clients = boundClients(() => async () => ({ data: {} }), defaultCallLimits, neverAsked);
  expect(clients.health('stock')).toBeUndefined();
  clients.clientFor('stock');
  expect(clients.health('stock')).toEqual({ breaker: 'closed', running: 0, queued: 0 });
});
