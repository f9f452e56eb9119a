// How many calls a peer gets at once, how many wait, and who leaves the queue when. Mutations are asked for, since queries of
// one moment would arrive as one request.
import type { ServerResponse } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { answers, closePeers, hangs, mutation, peerThat, reasonOf, times } from './unwell-peer.ts';

afterEach(closePeers);

test('sends so many at once, keeps so many waiting, and refuses the rest at once', async () => {
  const open: ServerResponse[] = [];
  // A pause this long would not end: what is refused here is not tried again.
  const limits = { maxPauseMs: 600_000 };
  const peer = await peerThat((_request, response) => void open.push(response), limits);
  const calls = times(7, () => peer.ask(mutation));
  expect((await Promise.all(calls.slice(4))).map(reasonOf)).toEqual(['full', 'full', 'full']);
  await expect.poll(peer.arrived).toBe(2);
  expect(peer.health()).toEqual({ breaker: 'closed', running: 2, queued: 2 });
  peer.behave(answers);
  for (const response of open) response.end('{"data":{"stock":1}}');
  expect(await Promise.all(calls.slice(0, 4))).toEqual(times(4, () => ({ stock: 1 })));
  expect(peer.arrived()).toBe(4);
  expect(peer.health()).toEqual({ breaker: 'closed', running: 0, queued: 0 });
});

test('lets a waiting caller go as soon as he gives up, and his place with him', async () => {
  const peer = await peerThat(hangs);
  const callers = times(4, () => new AbortController());
  const calls = callers.map(({ signal }) => peer.ask(mutation, { signal }));
  await expect.poll(peer.arrived).toBe(2);
  expect(peer.health()).toMatchObject({ running: 2, queued: 2 });
  callers[2]?.abort(new Error('gone'));
  expect(reasonOf(await calls[2])).toBe('gone');
  expect(peer.health()).toMatchObject({ running: 2, queued: 1 });
  for (const caller of callers) caller.abort(new Error('gone'));
  expect((await Promise.all(calls)).map(reasonOf)).toEqual(['gone', 'gone', 'gone', 'gone']);
  expect(peer.health()).toEqual({ breaker: 'closed', running: 0, queued: 0 });
  expect(peer.arrived()).toBe(2);
});

test('sends nothing of what still waits when the breaker opens', async () => {
  const peer = await peerThat(hangs, { maxRunning: 1, maxQueued: 10, attemptTimeoutMs: 30 });
  const reasons = (await Promise.all(times(10, () => peer.ask()))).map(reasonOf);
  expect(reasons).toEqual([...times(3, () => 'fault'), ...times(7, () => 'open')]);
  expect(peer.arrived()).toBe(3);
});
