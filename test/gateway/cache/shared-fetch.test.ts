// Callers that share one fetch: each of them waits, leaves and writes into its response as if the fetch were its own.
import { getEventListeners } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import { SharedFetch } from '../../../gateway/cache/shared-fetch.ts';
import { createSingleFlight } from '../../../gateway/cache/single-flight.ts';
import { openFreshness } from '../../../gateway/cache-policy/freshness.ts';
import type { Call, Execute, SubgraphResponse } from '../../../platform/calls/call.ts';
import { UnansweredCall } from '../../../platform/calls/resilience.ts';
import { required } from '../../support/required.ts';
import { silent } from '../../support/silent-log.ts';
import { customer } from '../../support/viewers.ts';

/** A single flight over a client whose responses the test decides, one at a time. */
function openSingleFlight() {
  const calls: { call: Call; answer: (answer: SubgraphResponse) => void; fail: (cause: unknown) => void }[] =
    [];
  const send: Execute = (_operation, call) =>
    new Promise((resolve, reject) => {
      calls.push({ call, answer: resolve, fail: reject });
      const end = () => reject(new UnansweredCall('gone', call.signal.reason));
      if (call.signal.aborted) end();
      else call.signal.addEventListener('abort', end, { once: true });
    });
  const freshness = openFreshness(() => undefined);
  const execute = createSingleFlight({
    name: 'catalogue',
    execute: send,
    freshness,
    joinMs: 60_000,
    log: silent,
  });
  return {
    calls,
    freshness,
    ask: (deadline?: number) => {
      const controller = new AbortController();
      const call: Call = { viewer: customer(), signal: controller.signal, traceId: '0'.repeat(32), deadline };
      const response = execute({ query: '{ a }', variables: { of: [1] } }, call);
      response.catch(() => {});
      return { response, leave: (reason: unknown) => controller.abort(reason) };
    },
  };
}

describe('a caller that shares a fetch', () => {
  test('gets a response object of its own to write into', async () => {
    const flight = openSingleFlight();
    const [first, second] = [flight.ask(), flight.ask()];
    const data = JSON.parse('{"list":[{"__proto__":{"a":1}}],"nothing":null}');
    flight.calls[0]?.answer({ data });
    const lists = (await Promise.all([first.response, second.response])).map(
      ({ data }) => data?.list as object[],
    );
    const [one, other] = lists;
    expect(Object.hasOwn(required(other?.[0], 'there is one'), '__proto__')).toBe(true);
    expect(other).toEqual(one);
    one?.push({});
    expect(other).toHaveLength(1);
    expect(flight.calls).toHaveLength(1);
  });

  test('leaves without aborting it, and the last caller that leaves aborts it and closes it', async () => {
    const flight = openSingleFlight();
    const [first, second] = [flight.ask(), flight.ask()];
    first.leave(new Error('the caller went away'));
    await expect(first.response).rejects.toMatchObject({ reason: 'gone' });
    expect(flight.calls[0]?.call.signal.aborted).toBe(false);
    second.leave(new Error('the caller went away'));
    expect(flight.calls[0]?.call.signal.aborted).toBe(true);
    const third = flight.ask();
    await expect(second.response).rejects.toMatchObject({ reason: 'gone' });
    flight.calls[1]?.answer({ data: { a: 1 } });
    expect(await third.response).toEqual({ data: { a: 1 } });
  });

  test('joins no fetch from before a change of the graph', async () => {
    const flight = openSingleFlight();
    const before = flight.ask();
    flight.freshness.recordGraphChange();
    const after = flight.ask();
    expect(flight.calls).toHaveLength(2);
    for (const [index, { answer }] of flight.calls.entries()) answer({ data: { index } });
    expect([await before.response, await after.response]).toEqual([
      { data: { index: 0 } },
      { data: { index: 1 } },
    ]);
  });

  test('joins no fetch that takes longer than the joining time', async () => {
    const flight = openSingleFlight();
    const stuck = flight.ask();
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 60_000);
    const next = flight.ask();
    vi.restoreAllMocks();
    flight.calls[1]?.answer({ data: { a: 2 } });
    expect(await next.response).toEqual({ data: { a: 2 } });
    flight.calls[0]?.answer({ data: { a: 1 } });
    expect(await stuck.response).toEqual({ data: { a: 1 } });
  });

  test('fetches again when only the deadline of the first caller has passed', async () => {
    const flight = openSingleFlight();
    const now = Date.now();
    const [first, second, third] = [flight.ask(now + 10), flight.ask(now + 10_000), flight.ask(now + 10_000)];
    flight.calls[0]?.fail(new UnansweredCall('late'));
    await expect(first.response).rejects.toMatchObject({ reason: 'late' });
    await expect.poll(() => flight.calls.length).toBe(2);
    flight.calls[1]?.answer({ data: { a: 1 } });
    expect([await second.response, await third.response]).toEqual(Array(2).fill({ data: { a: 1 } }));
  });

  test('gets the error of the subgraph, and the next caller fetches again', async () => {
    const flight = openSingleFlight();
    const [first, second] = [flight.ask(), flight.ask()];
    flight.calls[0]?.fail(new Error('broken'));
    await expect(first.response).rejects.toThrow('broken');
    await expect(second.response).rejects.toThrow('broken');
    const next = flight.ask();
    flight.calls[1]?.answer({ data: null, errors: [{ message: 'no' }] });
    expect((await next.response).errors).toEqual([{ message: 'no' }]);
  });

  test('leaves no listener on its signal', async () => {
    const controller = new AbortController();
    const call: Call = { viewer: customer(), signal: controller.signal, traceId: '0'.repeat(32) };
    const fetch = new SharedFetch({ query: '{ a }' }, call, 0, {
      retry: () => Promise.reject(new Error('retried')),
      onEnd: () => {},
    });
    const response = fetch.join(call);
    await fetch.send(async () => ({ data: { a: 1 } }));
    await response;
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });
});
