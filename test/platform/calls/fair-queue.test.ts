import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { FairQueue, QueueFull } from '../../../platform/calls/fair-queue.ts';

const limits = { maxRunning: 1, maxQueued: 4, maxWaitMs: 60_000, expectedMs: 100 };

/** A queue whose first work runs until `open` is called. `order` has the names of the work that ran. */
function openBusyQueue(overrides: Partial<typeof limits> = {}) {
  const queue = new FairQueue({ ...limits, ...overrides });
  const order: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = queue.run({ client: 'first' }, () => gate.promise);
  const add = (name: string, more: { signal?: AbortSignal; deadline?: number } = {}) =>
    queue.run({ client: name.charAt(0), ...more }, async () => void order.push(name));
  const open = async () => {
    gate.resolve();
    await first;
  };
  return { queue, order, add, open };
}

test('clients take turns, each in the order of its requests', async () => {
  const { order, add, open } = openBusyQueue({ maxQueued: 10 });
  const all = ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1'].map((name) => add(name));
  await open();
  await Promise.all(all);
  expect(order).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4']);
});

test('runs no more than allowed at once, and hands each free place on', async () => {
  const queue = new FairQueue({ ...limits, maxRunning: 2, maxQueued: 20 });
  let running = 0;
  let most = 0;
  const work = async () => {
    running += 1;
    most = Math.max(most, running);
    await turn();
    running -= 1;
  };
  await Promise.all(Array.from({ length: 12 }, (_, index) => queue.run({ client: `${index % 3}` }, work)));
  expect([most, queue.queued]).toEqual([2, 0]);
});

test('when it is full, the client with the most requests loses its newest one to a client with fewer', async () => {
  const { order, add, open } = openBusyQueue();
  const outcomes = Promise.allSettled(
    ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'b3', 'c1'].map((name) => add(name)),
  );
  await open();
  const refused = (await outcomes).map(({ status }) => status === 'rejected');
  // b1 and b2 took the places of a4 and a3; b3 would give b more than a; c1 took the place of a2.
  expect(order).toEqual(['a1', 'b1', 'c1', 'b2']);
  expect(refused).toEqual([false, true, true, true, false, false, true, false]);
});

test('tells each refused request a time of its own, when the queue and those refused before it have had their turns', async () => {
  const { add, open } = openBusyQueue({ expectedMs: 900 });
  const waiting = ['a1', 'a2', 'a3', 'a4'].map((name) => add(name));
  const refuse = async () => {
    const refusal = await add('a5').catch((cause: unknown) => cause);
    expect(refusal).toBeInstanceOf(QueueFull);
    return (refusal as QueueFull).retryAfterSeconds;
  };
  expect([await refuse(), await refuse(), await refuse()]).toEqual([5, 6, 7]);
  for (let count = 0; count < 50; count += 1) await refuse();
  expect(await refuse()).toBe(30);
  await open();
  await Promise.all(waiting);
});

test('refuses at once what could not end before its deadline, and takes what can', async () => {
  const { add, open, order } = openBusyQueue();
  const waiting = ['a1', 'a2'].map((name) => add(name));
  // Two turns of 100 ms and the running one come before it.
  await expect(add('a3', { deadline: Date.now() + 250 })).rejects.toThrow(QueueFull);
  const soon = add('b1', { deadline: Date.now() + 1_000 });
  await open();
  await Promise.all([...waiting, soon]);
  expect(order).toEqual(['a1', 'b1', 'a2']);
});

test('refuses a request that has waited for too long, before its deadline passes', async () => {
  const { queue, add, open, order } = openBusyQueue({ maxWaitMs: 30, expectedMs: 1 });
  await expect(add('a1')).rejects.toThrow(QueueFull);
  await expect(add('b1', { deadline: Date.now() + 25 })).rejects.toThrow(QueueFull);
  expect(queue.queued).toBe(0);
  await open();
  expect(order).toEqual([]);
});

test('begins nothing for a caller that has gone, and frees its place', async () => {
  const { queue, add, open, order } = openBusyQueue();
  const caller = new AbortController();
  const left = add('a1', { signal: caller.signal });
  const waiting = add('a2');
  caller.abort(new Error('gone'));
  await expect(left).rejects.toThrow('gone');
  expect(queue.queued).toBe(1);
  await expect(add('a3', { signal: AbortSignal.abort(new Error('gone before')) })).rejects.toThrow(
    'gone before',
  );
  await open();
  await waiting;
  expect(order).toEqual(['a2']);
});

test('work that fails frees its place', async () => {
  const queue = new FairQueue(limits);
  const fail = () => Promise.reject(new Error('failed'));
  await expect(queue.run({ client: 'a' }, fail)).rejects.toThrow('failed');
  expect(await queue.run({ client: 'a' }, async () => 'fine')).toBe('fine');
});
