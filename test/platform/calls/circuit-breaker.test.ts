// The states alone. With calls, timeouts and callers who leave it is tested in resilience.test.ts.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CircuitBreaker } from '../../../platform/calls/circuit-breaker.ts';

const limits = { maxFaults: 2, cooldownMs: 100, attemptTimeoutMs: 50 };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function openBreaker(probe: () => Promise<void> = async () => {}): CircuitBreaker {
  const breaker = new CircuitBreaker(limits, probe);
  breaker.recordFault();
  breaker.recordFault();
  return breaker;
}

test('opens after faults in a row, and a success between them counts', () => {
  const breaker = new CircuitBreaker(limits, async () => {});
  breaker.recordFault();
  breaker.recordSuccess();
  breaker.recordFault();
  expect([breaker.state, breaker.admit()]).toEqual(['closed', true]);
  breaker.recordFault();
  expect([breaker.state, breaker.admit()]).toEqual(['open', false]);
});

test('refuses calls until the cooldown is over, also when calls from before end well or badly', () => {
  const breaker = openBreaker();
  vi.advanceTimersByTime(99);
  breaker.recordFault();
  breaker.recordSuccess();
  expect([breaker.admit(), breaker.state]).toEqual([false, 'open']);
});

test('shares one probe among all calls after the cooldown, and closes when it succeeds', async () => {
  const probe = vi.fn(async () => {});
  const breaker = openBreaker(probe);
  vi.advanceTimersByTime(100);
  const first = breaker.admit();
  expect(breaker.state).toBe('half-open');
  expect(breaker.admit()).toBe(first);
  expect(await first).toBe(true);
  expect(probe).toHaveBeenCalledOnce();
  expect([breaker.state, breaker.admit()]).toEqual(['closed', true]);
  breaker.recordFault();
  expect(breaker.state, 'one fault is enough after a probe').toBe('open');
});

test.each([
  ['fails', () => Promise.reject(new Error('no'))],
  ['takes longer than a call may', () => new Promise<void>(() => {})],
])('stays open for another cooldown when the probe %s', async (_what, probe) => {
  const breaker = openBreaker(probe);
  vi.advanceTimersByTime(100);
  const admitted = breaker.admit();
  vi.advanceTimersByTime(50);
  expect(await admitted).toBe(false);
  vi.advanceTimersByTime(99);
  expect([breaker.state, breaker.admit()]).toEqual(['open', false]);
});
