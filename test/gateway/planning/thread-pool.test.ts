import { setImmediate } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { type PooledThread, type PoolListener, ThreadPool } from '../../../gateway/planning/thread-pool.ts';
import { PlanningExhausted } from '../../../gateway/planning/usage.ts';
import { silent } from '../../support/silent-log.ts';

const graph = { id: 1, sdl: '' };

/** A thread whose operations take as long as the test says. */
class FakeThread implements PooledThread {
  wasReady = false;
  isIdle = false;
  usedMs = 0;
  text: string | undefined;
  readonly #listener: PoolListener;
  #planned = Promise.withResolvers<string>();

  constructor(listener: PoolListener) {
    this.#listener = listener;
  }

  build(): void {}
  hasPlanner = () => true;

  becomeIdle(): void {
    Object.assign(this, { wasReady: true, isIdle: true, usedMs: 0, text: undefined });
    this.#listener.onIdle();
  }

  plan(_graph: unknown, { text }: { text: string }): Promise<string> {
    Object.assign(this, { isIdle: false, text });
    this.#planned = Promise.withResolvers<string>();
    return this.#planned.promise;
  }

  burn(ms: number): void {
    this.usedMs += ms;
    this.#listener.onSlow();
  }

  finish(): void {
    this.#planned.resolve(`plan of ${this.text}`);
    this.becomeIdle();
  }

  async end(cause = new Error('ended')): Promise<void> {
    Object.assign(this, { isIdle: false, usedMs: 0, text: undefined });
    this.#planned.reject(cause);
    await setImmediate();
    this.#listener.onEnd(this, undefined);
  }
}

/** Operations named `honest` are planned at once, all others burn until they are ended. */
function openPool({ maxWaitMs = 600_000 } = {}) {
  const threads = new Set<FakeThread>();
  const outcomes: Record<string, string> = {};
  const limits = { timeoutMs: 1, memoryMb: 1, maxWaitMs };
  const pool = new ThreadPool(limits, silent, (_limits, { onEnd, ...listener }) => {
    const thread: FakeThread = new FakeThread({
      ...listener,
      onEnd: (ended, fault) => {
        threads.delete(thread);
        onEnd(ended, fault);
      },
    });
    threads.add(thread);
    return thread;
  });
  const ask = (caller: string, text: string) => {
    const job = { graph, operation: { text, operationName: undefined }, caller, isWanted: () => true };
    pool.plan(job).then(
      (plan) => Object.assign(outcomes, { [text]: plan }),
      (cause: Error) => Object.assign(outcomes, { [text]: cause.name }),
    );
  };
  /** One round: threads become ready, honest operations end, and hostile ones have run for so long. */
  const pass = async (ms = 1_000) => {
    for (const thread of [...threads]) if (!thread.wasReady) thread.becomeIdle();
    for (const thread of [...threads]) {
      if (thread.text?.startsWith('honest')) thread.finish();
      else if (thread.text !== undefined) thread.burn(ms);
    }
    await setImmediate();
    await setImmediate();
  };
  const burning = () => [...threads].flatMap(({ text }) => text ?? []);
  const exhaust = async (text: string) => {
    await [...threads].find((thread) => thread.text === text)?.end(new PlanningExhausted('time'));
  };
  return { pool, ask, pass, burning, exhaust, outcomes };
}

test('an operation of a caller without a thread takes the place of one that burns', async () => {
  const { pool, ask, pass, burning, outcomes } = openPool();
  for (const caller of ['a', 'b', 'c', 'd']) for (const count of [1, 2, 3]) ask(caller, `${caller}${count}`);
  for (let count = 0; count < 3; count += 1) await pass();
  expect(burning().toSorted()).toEqual(['a1', 'b1', 'c1', 'd1']);
  expect(outcomes).toEqual({});

  ask('honest', 'honest1');
  await pass();
  await pass();
  expect(outcomes).toEqual({ a1: 'PlannerBusy', honest1: 'plan of honest1' });
  expect(pool.threadCount).toBe(4);
});

test('many callers with operations that burn hold up another one for a few rounds', async () => {
  const { ask, pass, outcomes } = openPool();
  for (let caller = 0; caller < 12; caller += 1)
    for (const count of [1, 2, 3]) ask(`hostile${caller}`, `burning ${caller} ${count}`);
  ask('honest', 'honest1');
  let rounds = 0;
  for (; outcomes.honest1 === undefined && rounds < 50; rounds += 1) await pass();
  expect(outcomes).toMatchObject({ honest1: 'plan of honest1' });
  expect(rounds).toBeLessThanOrEqual(10);
});

test('callers whose operations were ended share three threads, and wait behind all others', async () => {
  const { ask, pass, burning, exhaust, outcomes } = openPool();
  const hostile = ['a', 'b', 'c', 'd', 'e', 'f'];
  for (const caller of hostile) ask(caller, `${caller}1`);
  for (let count = 0; count < 6; count += 1) await pass();
  for (const caller of hostile) await exhaust(`${caller}1`);
  await pass();
  await pass();
  for (const caller of hostile) await exhaust(`${caller}1`);
  await pass();
  expect(Object.keys(outcomes).toSorted()).toEqual(hostile.map((caller) => `${caller}1`));

  for (const caller of hostile) ask(caller, `${caller}2`);
  for (let count = 0; count < 4; count += 1) await pass();
  expect(burning()).toHaveLength(3);
  ask('honest', 'honest1');
  await pass();
  expect(outcomes).toMatchObject({ honest1: 'plan of honest1' });
  expect(Object.keys(outcomes)).toHaveLength(hostile.length + 1);
});

test('no operation gives way to a caller that has a thread', async () => {
  const { ask, pass, burning, outcomes } = openPool();
  for (const text of ['a1', 'a2', 'a3', 'b1']) ask(text.charAt(0), text);
  for (let count = 0; count < 3; count += 1) await pass();
  ask('a', 'a4');
  ask('b', 'b2');
  await pass();
  expect(burning().toSorted()).toEqual(['a1', 'a2', 'a3', 'b1']);
  expect(outcomes).toEqual({});
});

test('an operation that waits for as long as the limit allows is refused, and waits no more', async () => {
  const { pool, ask, pass, burning, outcomes } = openPool({ maxWaitMs: 20 });
  for (const text of ['a1', 'a2', 'a3', 'b1']) ask(text.charAt(0), text);
  for (let count = 0; count < 3; count += 1) await pass();
  ask('a', 'a4');
  await vi.waitFor(() => expect(outcomes).toEqual({ a4: 'PlannerBusy' }));
  expect(burning().toSorted()).toEqual(['a1', 'a2', 'a3', 'b1']);
  expect(pool.waitingCount).toBe(0);
});

test('the more callers wait, the sooner an operation that burns gives way', async () => {
  const { ask, pass, outcomes } = openPool();
  for (let caller = 0; caller < 24; caller += 1) ask(`hostile${caller}`, `burning ${caller}`);
  ask('honest', 'honest1');
  let rounds = 0;
  for (; outcomes.honest1 === undefined && rounds < 50; rounds += 1) await pass(200);
  // While one caller waits, an operation gives way after a second, which are five rounds.
  expect(rounds).toBeLessThanOrEqual(20);
});
