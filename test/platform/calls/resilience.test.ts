// Retries, the circuit breaker and timeouts of the calls to one peer. bulkhead.test.ts covers the queue.
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import type { Execute } from '../../../platform/calls/call.ts';
import { openPeers, type PeerFault } from '../../../platform/subgraph/peer.ts';
import {
  answers,
  askOnceAllowed,
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
  times,
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

describe('the circuit breaker', () => {
  test.each([
    ['resets', resets],
    ['answers 500', fails],
    ['masks faults', masks],
    ['hangs', hangs],
  ])(
    'opens after some faults in a row when the peer %s, and the peer gets no further request',
    async (_what, listener) => {
      // A retry would wait for this pause and the test would fail: a call that the breaker refuses is not retried.
      const peer = await startPeer(listener, { attemptTimeoutMs: 50, maxPauseMs: 600_000 });
      for (let fault = 0; fault < 3; fault += 1) {
        expect(peer.health()).toEqual({ breaker: 'closed', running: 0, queued: 0 });
        await peer.ask();
      }
      expect(peer.health()).toEqual({ breaker: 'open', running: 0, queued: 0 });
      const fault = await peer.ask(query);
      expect(getReason(fault)).toBe('open');
      expect((fault as PeerFault).message).toBe('products was not called: it failed a moment ago');
      expect(peer.arrived()).toBe(3);
    },
  );

  test('stays closed through any number of refusals, and counts only faults in a row', async () => {
    const peer = await startPeer(refuses);
    for (let round = 0; round < 4; round += 1) {
      peer.behave(resets);
      await Promise.all(times(2, () => peer.ask()));
      peer.behave(refuses);
      await Promise.all(times(4, () => peer.ask()));
    }
    expect(peer.health()).toEqual({ breaker: 'closed', running: 0, queued: 0 });
    expect(peer.arrived()).toBe(4 * 6);
  });

  test('lets one call probe after the cooldown, refuses the others meanwhile, and closes when the probe gets a response', async () => {
    const peer = await startPeer(resets, { cooldownMs: 30 });
    for (let fault = 0; fault < 3; fault += 1) await peer.ask();
    const { promise: probing, resolve: probed } = Promise.withResolvers<ServerResponse>();
    peer.behave((_request, response) => probed(response));
    const probe = askOnceAllowed(peer);
    const response = await probing;
    expect(peer.health()).toEqual({ breaker: 'half-open', running: 1, queued: 0 });
    expect((await Promise.all(times(3, () => peer.ask(query)))).map(getReason)).toEqual([
      'open',
      'open',
      'open',
    ]);
    expect(peer.arrived()).toBe(4);
    response.end('{"data":{"stock":1}}');
    expect(await probe).toEqual({ stock: 1 });
    expect(peer.health()).toEqual({ breaker: 'closed', running: 0, queued: 0 });
    peer.behave(answers);
    expect(await peer.ask()).toEqual({ stock: 1 });
  });

  test('opens again when the probe fails', async () => {
    const peer = await startPeer(resets, { cooldownMs: 30 });
    for (let fault = 0; fault < 3; fault += 1) await peer.ask();
    expect(getReason(await askOnceAllowed(peer))).toBe('fault');
    expect(peer.health()).toMatchObject({ breaker: 'open' });
    expect(getReason(await peer.ask())).toBe('open');
    expect(peer.arrived()).toBe(4);
  });

  test('opens again when the caller of the probe gives up, because the probe proved nothing', async () => {
    const peer = await startPeer(resets, { cooldownMs: 30 });
    for (let fault = 0; fault < 3; fault += 1) await peer.ask();
    const caller = new AbortController();
    peer.behave(() => caller.abort(new Error('gone')));
    expect(getReason(await askOnceAllowed(peer, caller.signal))).toBe('gone');
    expect(peer.health()).toMatchObject({ breaker: 'open' });
  });

  test('counts a deadline that passes as a fault, but not a caller who gives up early', async () => {
    const peer = await startPeer(hangs);
    for (let round = 0; round < 5; round += 1) {
      const caller = new AbortController();
      const gone = peer.ask(mutation, { signal: caller.signal });
      await expect.poll(peer.arrived, { interval: 2 }).toBe(round + 1);
      caller.abort(new Error('the client went away'));
      expect(getReason(await gone)).toBe('gone');
    }
    expect(peer.health()).toEqual({ breaker: 'closed', running: 0, queued: 0 });
    for (let round = 0; round < 3; round += 1) {
      expect(getReason(await peer.ask(mutation, { deadline: Date.now() + 40 }))).toBe('late');
    }
    expect(peer.health()).toMatchObject({ breaker: 'open' });
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
