// In which order resources close, and how a signal requests the end. lifecycle.test.ts shows both in a whole process.
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  endSignals,
  OpenResources,
  UnclosedInTime,
  waitForEndRequest,
} from '../../../platform/process/shutdown.ts';

let listeners: Map<NodeJS.Signals, NodeJS.SignalsListener[]>;
beforeEach(() => {
  listeners = new Map(endSignals.map((signal) => [signal, process.listeners(signal)]));
  // The listeners of the test runner would end it.
  for (const signal of endSignals) process.removeAllListeners(signal);
});
afterEach(() => {
  for (const signal of endSignals) {
    process.removeAllListeners(signal);
    for (const listener of listeners.get(signal) ?? []) process.on(signal, listener);
  }
});

test('closes resources one after the other, the newest first, and returns the failures', async () => {
  const resources = new OpenResources();
  const order: string[] = [];
  for (const name of ['a', 'b', 'c']) {
    resources.add(name, async () => {
      order.push(`${name} begins`);
      await new Promise(setImmediate);
      if (name === 'b') throw new Error('stuck');
      order.push(`${name} ends`);
    });
  }
  expect(await resources.close()).toEqual([{ name: 'b', cause: new Error('stuck') }]);
  expect(order).toEqual(['c begins', 'c ends', 'b begins', 'a begins', 'a ends']);
  expect(await resources.close(), 'a second close finds nothing to do').toEqual([]);
});

test('closes a resource that another one adds while it closes', async () => {
  const resources = new OpenResources();
  const order: string[] = [];
  resources.add('database', async () => order.push('database'));
  resources.add('server', async () => {
    order.push('server');
    resources.add('connection', async () => order.push('connection'));
  });
  expect(await resources.close()).toEqual([]);
  expect(order).toEqual(['server', 'connection', 'database']);
});

test('returns the failure of a resource that throws before it has a promise', async () => {
  const resources = new OpenResources();
  let isClosed = false;
  resources.add('database', async () => {
    isClosed = true;
  });
  resources.add('server', () => {
    throw new Error('stuck');
  });
  expect(await resources.close()).toEqual([{ name: 'server', cause: new Error('stuck') }]);
  expect(isClosed).toBe(true);
});

test('closes the rest without waiting when it is in a hurry, and returns what is not closed when it gives up', async () => {
  const resources = new OpenResources();
  const order: string[] = [];
  const [hurry, giveUp] = [new AbortController(), new AbortController()];
  const never = new Promise<never>(() => {});
  resources.add('database', async () => order.push('database'));
  resources.add('lock', () => {
    order.push('lock');
    return never;
  });
  resources.add('server', () => {
    order.push('server');
    return never;
  });
  const closed = resources.close({ hurry: hurry.signal, giveUp: giveUp.signal });
  await new Promise(setImmediate);
  expect(order, 'it waits for the server at first').toEqual(['server']);
  hurry.abort();
  await new Promise(setImmediate);
  expect(order).toEqual(['server', 'lock', 'database']);
  giveUp.abort();
  expect(await closed).toEqual([
    { name: 'server', cause: new UnclosedInTime() },
    { name: 'lock', cause: new UnclosedInTime() },
  ]);
});

test.each(endSignals)(
  'resolves with %s, and keeps that answer when another signal follows',
  async (signal) => {
    const other = signal === 'SIGINT' ? 'SIGTERM' : 'SIGINT';
    const request = waitForEndRequest();
    expect(await Promise.race([request, new Promise((resolve) => setImmediate(resolve, 'no signal'))])).toBe(
      'no signal',
    );
    process.emit(signal, signal);
    process.emit(other, other);
    process.emit(signal, signal);
    expect(await request).toBe(signal);
  },
);

test('keeps its listeners after the first signal, so that a second one does not end the process', async () => {
  const request = waitForEndRequest();
  process.emit('SIGINT', 'SIGINT');
  await request;
  expect(endSignals.map((signal) => process.listenerCount(signal))).toEqual([1, 1, 1]);
});
