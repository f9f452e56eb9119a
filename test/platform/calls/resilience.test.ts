// Retries and timeouts of the calls to one peer. resilience-breaker.test.ts has the circuit breaker, bulkhead.test.ts the queue.
import { afterEach, describe, expect, test } from 'vitest';
import type { Execute } from '../../../platform/calls/call.ts';
import { openPeers } from '../../../platform/subgraph/peer.ts';
import { SubgraphCallError } from '../../../platform/transport/subgraph-client.ts';
import {
  answers,
  callPeer,
  closePeers,
  fails,
  getReason,
  hangs,
  masks,
  mutation,
  query,
  refuses,
  resets,
  smallLimits,
  startPeer,
  traceId,
} from './faulty-peer.ts';

afterEach(closePeers);

describe('a retry', () => {
  test.each([
    ['a reset', resets],
    ['status 500', fails],
    ['a masked fault', masks],
  ])('repeats a query after %s until the peer responds', async (_what, listener) => {
    const peer = await startPeer(listener, { maxFaults: 100 });
    let left = 2;
    peer.behave((request, response) => (left-- > 0 ? listener : answers)(request, response));
    expect(await peer.ask(query)).toEqual({ stock: 1 });
    expect(peer.arrived()).toBe(3);
  });

  test('ends after the allowed number of attempts', async () => {
    const peer = await startPeer(resets, { maxFaults: 100 });
    expect(getReason(await peer.ask('{ stock }'))).toBe('fault');
    expect(peer.arrived()).toBe(3);
  });

  test('never repeats a document that may contain a mutation, unless the caller says that it is idempotent', async () => {
    const peer = await startPeer(resets, { maxFaults: 100 });
    await peer.ask(mutation);
    await peer.ask(`query A { stock } ${mutation}`);
    await peer.ask(query, { isIdempotent: false });
    expect(peer.arrived()).toBe(3);
    await peer.ask(mutation, { isIdempotent: true });
    expect(peer.arrived()).toBe(6);
  });

  test('repeats a mutation that was never sent, because no connection was made', async () => {
    let calls = 0;
    const peer = callPeer(async () => {
      calls += 1;
      if (calls < 3) throw new SubgraphCallError('products cannot be reached', 'unsent');
      return { data: { reserve: 1 } };
    });
    expect(await peer.ask(mutation)).toEqual({ reserve: 1 });
    expect(calls).toBe(3);
  });

  test('does not repeat a call that the peer refused', async () => {
    const peer = await startPeer(refuses);
    expect(await peer.ask(query)).toMatchObject({ code: 'OUT_OF_STOCK' });
    expect(peer.arrived()).toBe(1);
  });

  test('repeats an attempt that exceeded its timeout', async () => {
    const peer = await startPeer(hangs, { attemptTimeoutMs: 50, maxFaults: 100 });
    expect(getReason(await peer.ask(query))).toBe('fault');
    expect(peer.arrived()).toBe(3);
  });
});

describe('a timeout', () => {
  test("is the shorter of the attempt's timeout and the caller's deadline, and the request carries the time that is left", async () => {
    const seen: number[] = [];
    const peer = await startPeer((request, response) => {
      seen.push(Number(request.headers['request-timeout-ms']));
      response.end('{"data":{"stock":1}}');
    });
    await peer.ask();
    await peer.ask(mutation, { deadline: Date.now() + 1_000 });
    await peer.ask(mutation, { deadline: Date.now() + 60_000 });
    const [own = 0, callers = 0, capped = 0] = seen;
    expect(seen).toHaveLength(3);
    for (const value of [own, capped]) {
      expect(value).toBeGreaterThan(4_000);
      expect(value).toBeLessThanOrEqual(5_000);
    }
    expect(callers).toBeGreaterThan(0);
    expect(callers).toBeLessThanOrEqual(1_000);
  });

  test('ends an attempt even if the peer, in the same process, ignores it', async () => {
    const peer = callPeer(() => new Promise(() => {}), { attemptTimeoutMs: 30 });
    expect(getReason(await peer.ask())).toBe('fault');
    expect(getReason(await peer.ask(query, { deadline: Date.now() + 40 }))).toMatch(/late/);
    expect(peer.health()).toMatchObject({ running: 0 });
  });

  test('that has passed already sends no request, and does not count as a fault', async () => {
    const peer = await startPeer(answers);
    for (let round = 0; round < 5; round += 1) {
      expect(getReason(await peer.ask(query, { deadline: Date.now() - 1 }))).toBe('late');
      expect(getReason(await peer.ask(query, { signal: AbortSignal.abort(new Error('gone')) }))).toBe('gone');
    }
    expect([peer.arrived(), peer.health()]).toEqual([0, { breaker: 'closed', running: 0, queued: 0 }]);
  });
});

test('the faults of one peer do not affect the calls to another', async () => {
  const faulty: Execute = () => Promise.reject(new Error('no'));
  const well: Execute = async () => ({ data: { stock: 1 } });
  const port = (name: string) => (name === 'payments' ? faulty : well);
  const peers = openPeers(port, { name: 'purchases', peers: ['payments', 'products'] }, smallLimits);
  const ask = (name: string) =>
    peers
      .callPeer(name, { query: mutation }, { signal: AbortSignal.timeout(10_000), traceId })
      .catch((cause: unknown) => cause);
  for (let fault = 0; fault < 3; fault += 1) await ask('payments');
  expect(await ask('products')).toEqual({ stock: 1 });
  expect(peers.health()).toMatchObject({ payments: { breaker: 'open' }, products: { breaker: 'closed' } });
});
