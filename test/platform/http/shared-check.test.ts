import { expect, test, vi } from 'vitest';
import { shareCheck } from '../../../platform/http/shared-check.ts';

test('callers share the running check, and then its result for half a second', async () => {
  vi.useFakeTimers();
  try {
    let begun = 0;
    const pending = Promise.withResolvers<void>();
    const check = shareCheck(async () => {
      begun += 1;
      const number = begun;
      if (number === 1) await pending.promise;
      return number;
    });
    const first = Array.from({ length: 200 }, () => check());
    // However long it takes, no second one begins beside it.
    vi.advanceTimersByTime(10_000);
    first.push(check());
    pending.resolve();
    expect(new Set(await Promise.all(first))).toEqual(new Set([1]));
    expect(await check(), 'its result is as old as its beginning').toBe(2);
    vi.advanceTimersByTime(499);
    expect(await check()).toBe(2);
    vi.advanceTimersByTime(1);
    expect(await check()).toBe(3);
  } finally {
    vi.useRealTimers();
  }
});

test('a failed check is shared as well, and the next one begins anew', async () => {
  let begun = 0;
  const check = shareCheck(() => {
    begun += 1;
    return Promise.reject(new Error(`check ${begun} failed`));
  });
  const results = await Promise.allSettled([check(), check()]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(begun).toBe(1);
  await expect.poll(() => check().catch(String)).toBe('Error: check 2 failed');
});
