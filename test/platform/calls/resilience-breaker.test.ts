// The circuit breaker of the calls to one peer: faults that open it, and the probe that closes it. circuit-breaker.test.ts has its states.
import { afterEach, describe, expect, test } from 'vitest';
import type { PeerFault } from '../../../platform/subgraph/peer.ts';
import {
  answers,
  askOnceAllowed,
  closePeers,
  fails,
  getReason,
  hangs,
  masks,
  mutation,
  query,
  refuses,
  resets,
  startPeer,
  times,
} from './faulty-peer.ts';

afterEach(closePeers);

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

  test('probes once after the cooldown, and calls wait for the probe, however slow their own work is', async () => {
    const peer = await startPeer(resets, { cooldownMs: 30 });
    for (let fault = 0; fault < 3; fault += 1) await peer.ask();
    const { promise: probing, resolve: startProbe } = Promise.withResolvers<void>();
    const { promise: isReady, resolve: answerProbe } = Promise.withResolvers<boolean>();
    let probes = 0;
    peer.whenProbed(() => {
      probes += 1;
      startProbe();
      return isReady;
    });
    peer.behave(answers);
    const first = askOnceAllowed(peer);
    await probing;
    const others = times(3, () => peer.ask(query));
    expect(peer.health()).toMatchObject({ breaker: 'half-open' });
    expect(peer.arrived()).toBe(3);
    answerProbe(true);
    expect(await Promise.all([first, ...others])).toEqual(times(4, () => ({ stock: 1 })));
    expect(probes).toBe(1);
    expect(peer.health()).toEqual({ breaker: 'closed', running: 0, queued: 0 });
  });

  test.each([
    ['says that the peer is not ready', async () => false],
    ['fails', () => Promise.reject(new Error('no'))],
    ['hangs', () => new Promise<boolean>(() => {})],
  ])('opens again when the probe %s, and sends nothing', async (_what, probe) => {
    const peer = await startPeer(resets, { cooldownMs: 30, attemptTimeoutMs: 200 });
    for (let fault = 0; fault < 3; fault += 1) await peer.ask();
    let probes = 0;
    peer.whenProbed(() => {
      probes += 1;
      return probe();
    });
    await expect
      .poll(async () => [getReason(await peer.ask()), probes >= 2], { interval: 5 })
      .toEqual(['open', true]);
    expect(peer.arrived()).toBe(3);
  });

  test('opens again with the first fault after a probe, and counts anew after a success', async () => {
    const peer = await startPeer(resets, { cooldownMs: 30 });
    for (let fault = 0; fault < 3; fault += 1) await peer.ask();
    expect(getReason(await askOnceAllowed(peer))).toBe('fault');
    expect(peer.health()).toMatchObject({ breaker: 'open' });
    peer.behave(answers);
    expect(await askOnceAllowed(peer)).toEqual({ stock: 1 });
    peer.behave(resets);
    for (let fault = 0; fault < 2; fault += 1) await peer.ask();
    expect(peer.health()).toMatchObject({ breaker: 'closed' });
  });

  test('a caller who leaves while the breaker is half-open ends neither the probe nor the calls of others', async () => {
    const peer = await startPeer(resets, { cooldownMs: 30 });
    for (let fault = 0; fault < 3; fault += 1) await peer.ask();
    const { promise: probing, resolve: startProbe } = Promise.withResolvers<AbortSignal>();
    const { promise: isReady, resolve: answerProbe } = Promise.withResolvers<boolean>();
    peer.whenProbed((signal) => {
      startProbe(signal);
      return isReady;
    });
    peer.behave(answers);
    const caller = new AbortController();
    const impatient = askOnceAllowed(peer, caller.signal);
    const probeSignal = await probing;
    const patient = peer.ask(query);
    caller.abort(new Error('gone'));
    expect(getReason(await impatient)).toBe('gone');
    expect(getReason(await peer.ask(query, { deadline: Date.now() + 20 }))).toBe('late');
    expect(probeSignal.aborted).toBe(false);
    answerProbe(true);
    expect(await patient).toEqual({ stock: 1 });
    expect(peer.health()).toEqual({ breaker: 'closed', running: 0, queued: 0 });
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
