// Those who wait for one fetch together: each leaves, waits and writes as if it were its own.
import { getEventListeners } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import { openFreshness } from '../../../gateway/cache/freshness.ts';
import { Flight } from '../../../gateway/cache/shared-fetch.ts';
import { onceAtATime } from '../../../gateway/cache/single-flight.ts';
import type { Call, Execute, SubgraphResponse } from '../../../platform/calls/call.ts';
import { UnansweredCall } from '../../../platform/calls/resilience.ts';
import { required } from '../../support/required.ts';
import { silent } from '../../support/silent-log.ts';
import { customer } from '../../support/viewers.ts';

/** A way to a subgraph whose answers the test gives, one at a time. */
function openWay() {
  const asked: { call: Call; answer: (answer: SubgraphResponse) => void; fail: (cause: unknown) => void }[] =
    [];
  const execute: Execute = (_operation, call) =>
    new Promise((resolve, reject) => {
      asked.push({ call, answer: resolve, fail: reject });
      const end = () => reject(new UnansweredCall('gone', call.signal.reason));
      if (call.signal.aborted) end();
      else call.signal.addEventListener('abort', end, { once: true });
    });
  const freshness = openFreshness(() => undefined);
  const way = onceAtATime({ name: 'catalogue', execute, freshness, joinMs: 60_000, log: silent });
  return {
    asked,
    freshness,
    ask: (deadline?: number) => {
      const controller = new AbortController();
      const call: Call = { viewer: customer(), signal: controller.signal, traceId: '0'.repeat(32), deadline };
      const answer = way({ query: '{ a }', variables: { of: [1] } }, call);
      answer.catch(() => {});
      return { answer, leave: (reason: unknown) => controller.abort(reason) };
    },
  };
}

describe('whoever waits for a fetch of several', () => {
  test('gets an answer of its own, to write into', async () => {
    const way = openWay();
    const [first, second] = [way.ask(), way.ask()];
    const data = JSON.parse('{"list":[{"__proto__":{"a":1}}],"nothing":null}');
    way.asked[0]?.answer({ data });
    const lists = (await Promise.all([first.answer, second.answer])).map(
      ({ data }) => data?.list as object[],
    );
    const [one, other] = lists;
    expect(Object.hasOwn(required(other?.[0], 'there is one'), '__proto__')).toBe(true);
    expect(other).toEqual(one);
    one?.push({});
    expect(other).toHaveLength(1);
    expect(way.asked).toHaveLength(1);
  });

  test('may leave without ending it; it ends when the last one leaves, and nobody joins it after that', async () => {
    const way = openWay();
    const [first, second] = [way.ask(), way.ask()];
    first.leave(new Error('the caller went away'));
    await expect(first.answer).rejects.toMatchObject({ reason: 'gone' });
    expect(way.asked[0]?.call.signal.aborted).toBe(false);
    second.leave(new Error('the caller went away'));
    expect(way.asked[0]?.call.signal.aborted).toBe(true);
    const third = way.ask();
    await expect(second.answer).rejects.toMatchObject({ reason: 'gone' });
    way.asked[1]?.answer({ data: { a: 1 } });
    expect(await third.answer).toEqual({ data: { a: 1 } });
  });

  test('joins none that was asked of another graph', async () => {
    const way = openWay();
    const before = way.ask();
    way.freshness.renew();
    const after = way.ask();
    expect(way.asked).toHaveLength(2);
    for (const [index, { answer }] of way.asked.entries()) answer({ data: { index } });
    expect([await before.answer, await after.answer]).toEqual([
      { data: { index: 0 } },
      { data: { index: 1 } },
    ]);
  });

  test('joins none that is stuck', async () => {
    const way = openWay();
    const stuck = way.ask();
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 60_000);
    const next = way.ask();
    vi.restoreAllMocks();
    way.asked[1]?.answer({ data: { a: 2 } });
    expect(await next.answer).toEqual({ data: { a: 2 } });
    way.asked[0]?.answer({ data: { a: 1 } });
    expect(await stuck.answer).toEqual({ data: { a: 1 } });
  });

  test('asks anew where only the time of the first one was up', async () => {
    const way = openWay();
    const now = Date.now();
    const [first, second, third] = [way.ask(now + 10), way.ask(now + 10_000), way.ask(now + 10_000)];
    way.asked[0]?.fail(new UnansweredCall('late'));
    await expect(first.answer).rejects.toMatchObject({ reason: 'late' });
    await expect.poll(() => way.asked.length).toBe(2);
    way.asked[1]?.answer({ data: { a: 1 } });
    expect([await second.answer, await third.answer]).toEqual(Array(2).fill({ data: { a: 1 } }));
  });

  test('shares what went wrong with the subgraph, and the next one asks again', async () => {
    const way = openWay();
    const [first, second] = [way.ask(), way.ask()];
    way.asked[0]?.fail(new Error('broken'));
    await expect(first.answer).rejects.toThrow('broken');
    await expect(second.answer).rejects.toThrow('broken');
    const next = way.ask();
    way.asked[1]?.answer({ data: null, errors: [{ message: 'no' }] });
    expect((await next.answer).errors).toEqual([{ message: 'no' }]);
  });

  test('leaves nothing behind on its signal', async () => {
    const controller = new AbortController();
    const call: Call = { viewer: customer(), signal: controller.signal, traceId: '0'.repeat(32) };
    const flight = new Flight({ query: '{ a }' }, call, 0, {
      again: () => Promise.reject(new Error('asked anew')),
      ended: () => {},
    });
    const answer = flight.board(call);
    await flight.fly(async () => ({ data: { a: 1 } }));
    await answer;
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });
});
