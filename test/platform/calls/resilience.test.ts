// What may be repeated, when nobody asks any more, and how long anybody waits. The queue is in bulkhead.test.ts.
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import type { Execute } from '../../../platform/calls/call.ts';
import { openPeers, type PeerFault } from '../../../platform/subgraph/peer.ts';
import {
  answers,
  closePeers,
  fails,
  hangs,
  masks,
  mutation,
  over,
  peerThat,
  query,
  reasonOf,
  refuses,
  resets,
  small,
  times,
  traceId,
  whenItMay,
} from './unwell-peer.ts';

afterEach(closePeers);

describe('a retry', () => {
  test.each([
    ['a reset', resets],
    ['status 500', fails],
    ['a masked fault', masks],
  ])('repeats a query after %s, until it is answered', async (_what, listener) => {
    const peer = await peerThat(listener, { maxFaults: 100 });
    let left = 2;
    peer.behave((request, response) => (left-- > 0 ? listener : answers)(request, response));
    expect(await peer.ask(query)).toEqual({ stock: 1 });
    expect(peer.arrived()).toBe(3);
  });

  test('gives a query up after as many attempts as it may', async () => {
    const peer = await peerThat(resets, { maxFaults: 100 });
    expect(reasonOf(await peer.ask('{ stock }'))).toBe('fault');
    expect(peer.arrived()).toBe(3);
  });

  test('never repeats a mutation, or what may hold one, unless the caller says that it is idempotent', async () => {
    const peer = await peerThat(resets, { maxFaults: 100 });
    await peer.ask(mutation);
    await peer.ask(`query A { stock } ${mutation}`);
    await peer.ask(query, { idempotent: false });
    expect(peer.arrived()).toBe(3);
    await peer.ask(mutation, { idempotent: true });
    expect(peer.arrived()).toBe(6);
  });

  test('is not for a refusal', async () => {
    const peer = await peerThat(refuses);
    expect(await peer.ask(query)).toMatchObject({ code: 'OUT_OF_STOCK' });
    expect(peer.arrived()).toBe(1);
  });

  test('repeats an attempt that took too long', async () => {
    const peer = await peerThat(hangs, { attemptTimeoutMs: 50, maxFaults: 100 });
    expect(reasonOf(await peer.ask(query))).toBe('fault');
    expect(peer.arrived()).toBe(3);
  });
});

describe('the breaker', () => {
  test.each([
    ['resets', resets],
    ['answers 500', fails],
    ['masks faults', masks],
    ['hangs', hangs],
  ])(
    'opens after some faults in a row when the peer %s, and then nothing is sent',
    async (_what, listener) => {
      // A pause this long would not end: what is refused here is not tried again.
      const peer = await peerThat(listener, { attemptTimeoutMs: 50, maxPauseMs: 600_000 });
      for (let fault = 0; fault < 3; fault += 1) {
        expect(peer.health()).toEqual({ breaker: 'closed', running: 0, queued: 0 });
        await peer.ask();
      }
      expect(peer.health()).toEqual({ breaker: 'open', running: 0, queued: 0 });
      const fault = await peer.ask(query);
      expect(reasonOf(fault)).toBe('open');
      expect((fault as PeerFault).message).toBe('products is not asked: it failed a moment ago');
      expect(peer.arrived()).toBe(3);
    },
  );

  test('stays closed through any number of refusals, and counts only faults in a row', async () => {
    const peer = await peerThat(refuses);
    for (let round = 0; round < 4; round += 1) {
      peer.behave(resets);
      await Promise.all(times(2, () => peer.ask()));
      peer.behave(refuses);
      await Promise.all(times(4, () => peer.ask()));
    }
    expect(peer.health()).toEqual({ breaker: 'closed', running: 0, queued: 0 });
    expect(peer.arrived()).toBe(4 * 6);
  });

  test('lets one call probe after a while, refuses the others meanwhile, and closes when it is answered', async () => {
    const peer = await peerThat(resets, { cooldownMs: 30 });
    for (let fault = 0; fault < 3; fault += 1) await peer.ask();
    const { promise: probing, resolve: probed } = Promise.withResolvers<ServerResponse>();
    peer.behave((_request, response) => probed(response));
    const probe = whenItMay(peer);
    const response = await probing;
    expect(peer.health()).toEqual({ breaker: 'half-open', running: 1, queued: 0 });
    expect((await Promise.all(times(3, () => peer.ask(query)))).map(reasonOf)).toEqual([
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
    const peer = await peerThat(resets, { cooldownMs: 30 });
    for (let fault = 0; fault < 3; fault += 1) await peer.ask();
    expect(reasonOf(await whenItMay(peer))).toBe('fault');
    expect(peer.health()).toMatchObject({ breaker: 'open' });
    expect(reasonOf(await peer.ask())).toBe('open');
    expect(peer.arrived()).toBe(4);
  });

  test('opens again when the caller of the probe goes away: nothing is proved', async () => {
    const peer = await peerThat(resets, { cooldownMs: 30 });
    for (let fault = 0; fault < 3; fault += 1) await peer.ask();
    const caller = new AbortController();
    peer.behave(() => caller.abort(new Error('gone')));
    expect(reasonOf(await whenItMay(peer, caller.signal))).toBe('gone');
    expect(peer.health()).toMatchObject({ breaker: 'open' });
  });

  test('takes a deadline that passes for a fault, and a caller who leaves early for none', async () => {
    const peer = await peerThat(hangs);
    for (let round = 0; round < 5; round += 1) {
      const caller = new AbortController();
      const gone = peer.ask(mutation, { signal: caller.signal });
      await expect.poll(peer.arrived, { interval: 2 }).toBe(round + 1);
      caller.abort(new Error('the client went away'));
      expect(reasonOf(await gone)).toBe('gone');
    }
    expect(peer.health()).toEqual({ breaker: 'closed', running: 0, queued: 0 });
    for (let round = 0; round < 3; round += 1) {
      expect(reasonOf(await peer.ask(mutation, { deadline: Date.now() + 40 }))).toBe('late');
    }
    expect(peer.health()).toMatchObject({ breaker: 'open' });
  });
});

describe('a bound', () => {
  test("is the attempt's own, or what the caller leaves of it, and travels as time that is left", async () => {
    const seen: number[] = [];
    const peer = await peerThat((request, response) => {
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

  test('is kept although the peer, in memory, takes no notice of it', async () => {
    const peer = over(() => new Promise(() => {}), { attemptTimeoutMs: 30 });
    expect(reasonOf(await peer.ask())).toBe('fault');
    expect(reasonOf(await peer.ask(query, { deadline: Date.now() + 40 }))).toMatch(/late/);
    expect(peer.health()).toMatchObject({ running: 0 });
  });

  test("that has passed already sends nothing, and is nobody's fault", async () => {
    const peer = await peerThat(answers);
    for (let round = 0; round < 5; round += 1) {
      expect(reasonOf(await peer.ask(query, { deadline: Date.now() - 1 }))).toBe('late');
      expect(reasonOf(await peer.ask(query, { signal: AbortSignal.abort(new Error('gone')) }))).toBe('gone');
    }
    expect([peer.arrived(), peer.health()]).toEqual([0, { breaker: 'closed', running: 0, queued: 0 }]);
  });
});

test('what one peer does is held against no other', async () => {
  const faulty: Execute = () => Promise.reject(new Error('no'));
  const well: Execute = async () => ({ data: { stock: 1 } });
  const port = (name: string) => (name === 'payments' ? faulty : well);
  const peers = openPeers(port, { name: 'purchases', peers: ['payments', 'products'] }, small);
  const ask = (name: string) =>
    peers
      .ask(name, { query: mutation }, { signal: AbortSignal.timeout(10_000), traceId })
      .catch((cause: unknown) => cause);
  for (let fault = 0; fault < 3; fault += 1) await ask('payments');
  expect(await ask('products')).toEqual({ stock: 1 });
  expect(peers.health()).toMatchObject({ payments: { breaker: 'open' }, products: { breaker: 'closed' } });
});
