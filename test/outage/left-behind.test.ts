// No timer of a deadline outlives its request. Such timers would hold the memory of every request of the last seconds.
import { afterEach, expect, test, vi } from 'vitest';
import { healthy, openStockGraph, transports } from './outages.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

test.each(transports)('in %s, no timer of a request outlives it', async (transport) => {
  const env = { REQUEST_TIMEOUT_MS: '61234', SUBGRAPH_TIMEOUT_MS: '51234' };
  const graph = await openStockGraph(transport, env);
  graph.setBehaviour(healthy);
  const signals = vi.spyOn(AbortSignal, 'timeout');
  const started = vi.spyOn(globalThis, 'setTimeout');
  const cleared = vi.spyOn(globalThis, 'clearTimeout');
  for (let request = 0; request < 5; request += 1)
    expect((await graph.ask('{ shopName orders { parcels } }')).response.errors).toBeUndefined();
  // All other timers belong to connections, which stay open.
  const isDeadline = (ms = 0) => ms > 45_000 && ms <= 61_234;
  const long = started.mock.results.filter((_result, index) => isDeadline(started.mock.calls[index]?.[1]));
  // Each request has a deadline, and so has each of its two fetches.
  expect(long.length).toBeGreaterThanOrEqual(5 * 3);
  const ended = () => new Set<unknown>(cleared.mock.calls.map(([timer]) => timer));
  await expect.poll(() => long.filter(({ value }) => !ended().has(value))).toEqual([]);
  expect(signals).not.toHaveBeenCalled();
  vi.restoreAllMocks();
  await graph.close();
});
