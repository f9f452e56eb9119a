import { expect, test } from 'vitest';
import { createChangeHub, publishChangeAfter } from '../../../platform/changes/change-hub.ts';

test('calls every listener for every notice, until the listener is stopped', () => {
  const hub = createChangeHub({ isReceiving: true });
  const calls: string[] = [];
  const stopFirst = hub.onNotice(() => calls.push('first'));
  hub.onNotice(() => calls.push('second'));
  hub.publish();
  stopFirst();
  hub.publish();
  expect(calls).toEqual(['first', 'second', 'second']);
});

test('publishes a notice when it begins and when it ceases to receive notices, and only then', () => {
  const hub = createChangeHub({ isReceiving: false });
  const states: boolean[] = [];
  hub.onNotice(() => states.push(hub.isReceiving()));
  for (const isReceiving of [false, true, true, false]) hub.setReceiving(isReceiving);
  expect(states).toEqual([true, false]);
});

test('publishes a change when its write ends, and passes on the result', async () => {
  const order: string[] = [];
  const publishChange = () => void order.push('notice');
  const result = await publishChangeAfter({ publishChange }, async () => {
    await Promise.resolve();
    order.push('write');
    return 'a row';
  });
  expect([result, ...order]).toEqual(['a row', 'write', 'notice']);
});

test('publishes a change when its write fails, because the commit may have succeeded', async () => {
  let notices = 0;
  const publishChange = () => {
    notices += 1;
  };
  const lostConnection = new Error('the connection is lost');
  const write = publishChangeAfter({ publishChange }, () => Promise.reject(lostConnection));
  await expect(write).rejects.toBe(lostConnection);
  expect(notices).toBe(1);
});
