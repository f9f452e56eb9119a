// How many calls to a peer run at the same time, how many wait, and when a call leaves the queue. The tests send mutations,
// because concurrent queries would arrive as one request.
import type { ServerResponse } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { answers, closePeers, getReason, hangs, mutation, startPeer, times } from './faulty-peer.ts';

afterEach(closePeers);

test('runs calls up to one limit, queues calls up to another, and refuses further calls immediately', async () => {
  const open: ServerResponse[] = [];
  // A retry would wait for this pause and the test would fail: a call that the bulkhead refuses is not retried.
  const limits = { maxPauseMs: 600_000 };
  const peer = await startPeer((_request, response) => void open.push(response), limits);
  const calls = times(7, () => peer.ask(mutation));
  expect((await Promise.all(calls.slice(4))).map(getReason)).toEqual(['full', 'full', 'full']);
  await expect.poll(peer.arrived).toBe(2);
  expect(peer.health()).toEqual({ breaker: 'closed', running: 2, queued: 2 });
  peer.behave(answers);
  for (const response of open) response.end('{"data":{"stock":1}}');
  expect(await Promise.all(calls.slice(0, 4))).toEqual(times(4, () => ({ stock: 1 })));
  expect(peer.arrived()).toBe(4);
  expect(peer.health()).toEqual({ breaker: 'closed', running: 0, queued: 0 });
});

test('removes a waiting call from the queue as soon as its caller gives up', async () => {
  const peer = await startPeer(hangs);
  const callers = times(4, () => new AbortController());
  const calls = callers.map(({ signal }) => peer.ask(mutation, { signal }));
  await expect.poll(peer.arrived).toBe(2);
  expect(peer.health()).toMatchObject({ running: 2, queued: 2 });
  callers[2]?.abort(new Error('gone'));
  expect(getReason(await calls[2])).toBe('gone');
  expect(peer.health()).toMatchObject({ running: 2, queued: 1 });
  for (const caller of callers) caller.abort(new Error('gone'));
  expect((await Promise.all(calls)).map(getReason)).toEqual(['gone', 'gone', 'gone', 'gone']);
  expect(peer.health()).toEqual({ breaker: 'closed', running: 0, queued: 0 });
  expect(peer.arrived()).toBe(2);
});

test('sends none of the waiting calls when the circuit breaker opens', async () => {
  const peer = await startPeer(hangs, { maxRunning: 1, maxQueued: 10, attemptTimeoutMs: 30 });
  const reasons = (await Promise.all(times(10, () => peer.ask()))).map(getReason);
  expect(reasons).toEqual([...times(3, () => 'fault'), ...times(7, () => 'open')]);
  expect(peer.arrived()).toBe(3);
});
