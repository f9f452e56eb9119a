import { EventEmitter, getEventListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  isTimeout,
  rejectOnAbort,
  startResponseTimeout,
  startTimeout,
} from '../../../platform/calls/deadline.ts';

afterEach(() => {
  vi.useRealTimers();
});

const never = new Promise<never>(() => {});

describe('a timeout', () => {
  test('aborts when its time is over, with the reason that AbortSignal.timeout gives', () => {
    vi.useFakeTimers();
    const { signal } = startTimeout(1_000);
    vi.advanceTimersByTime(999);
    expect(signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(signal.aborted).toBe(true);
    expect(isTimeout(signal.reason)).toBe(true);
    expect(isTimeout(new Error('no'))).toBe(false);
  });

  test('aborts immediately when no time is left, and does not when the time is longer than a timer allows', () => {
    vi.useFakeTimers();
    const over = startTimeout(-5);
    const long = startTimeout(Number.POSITIVE_INFINITY);
    vi.advanceTimersByTime(1);
    expect([over.signal.aborted, long.signal.aborted]).toEqual([true, false]);
    long.clear();
  });

  test('aborts when a given signal does, with its reason, also when that signal has aborted before', () => {
    const caller = new AbortController();
    const { signal } = startTimeout(60_000, new AbortController().signal, caller.signal);
    const reason = new Error('enough');
    caller.abort(reason);
    expect(signal.reason).toBe(reason);
    expect(startTimeout(60_000, caller.signal).signal.reason).toBe(reason);
  });

  test('leaves neither a timer nor a listener behind once it is cleared or has aborted', () => {
    vi.useFakeTimers();
    const caller = new AbortController();
    const cleared = startTimeout(60_000, caller.signal);
    const ended = startTimeout(60_000, caller.signal);
    expect([vi.getTimerCount(), getEventListeners(caller.signal, 'abort').length]).toEqual([2, 2]);
    cleared.clear();
    ended.abort(new Error('enough'));
    expect([vi.getTimerCount(), getEventListeners(caller.signal, 'abort').length]).toEqual([0, 0]);
    caller.abort();
    expect(cleared.signal.aborted).toBe(false);
  });
});

describe('the timeout of a request', () => {
  const responseThat = (writableFinished: boolean) =>
    Object.assign(new EventEmitter(), { writableFinished }) as unknown as ServerResponse;

  test('aborts when the connection closes before the response is complete', () => {
    vi.useFakeTimers();
    const response = responseThat(false);
    const { signal } = startResponseTimeout(response, 60_000);
    response.emit('close');
    expect(signal.aborted).toBe(true);
    expect(isTimeout(signal.reason)).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('never aborts once the response is complete', () => {
    vi.useFakeTimers();
    const response = responseThat(true);
    const { signal } = startResponseTimeout(response, 60_000);
    response.emit('close');
    expect([signal.aborted, vi.getTimerCount()]).toEqual([false, 0]);
  });
});

describe('work that a signal can abort', () => {
  test('settles by itself, and then no longer listens to the signal', async () => {
    const { signal } = new AbortController();
    expect(await rejectOnAbort(Promise.resolve(1), signal)).toBe(1);
    await expect(rejectOnAbort(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
    await expect.poll(() => getEventListeners(signal, 'abort').length).toBe(0);
  });

  test('rejects with the reason of the signal, even if the work ignores the signal', async () => {
    const caller = new AbortController();
    const working = rejectOnAbort(never, caller.signal);
    caller.abort(new Error('enough'));
    await expect(working).rejects.toThrow('enough');
    await expect(rejectOnAbort(never, caller.signal)).rejects.toThrow('enough');
  });
});
