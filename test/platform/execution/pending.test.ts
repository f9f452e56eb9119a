import { expect, test } from 'vitest';
import { isPromise, Pending, PendingContainer } from '../../../platform/execution/pending.ts';

const rethrow = (cause: unknown): never => {
  throw cause;
};
const same = (value: unknown) => value;

/** Resolves or rejects with the outcome of a Pending. */
const outcome = (pending: Pending) => new Promise((resolve, reject) => pending.listen(resolve, reject));

const failed = () => Pending.fromPromise(Promise.reject(new Error('rejected')), same, rethrow);
const messageOf = (cause: unknown) => (cause as Error).message;

test('passes a promised value on, also through a continuation that returns another Pending', async () => {
  const later = (value: unknown) =>
    Pending.fromPromise(Promise.resolve(`${value}, then later`), same, rethrow);
  expect(await outcome(Pending.fromPromise(Promise.resolve('now'), later, rethrow))).toBe('now, then later');
  const chained = Pending.fromPromise(Promise.resolve(1), same, rethrow).chain((n) => Number(n) + 1, rethrow);
  expect(await outcome(chained)).toBe(2);
});

test.each<[string, () => Pending]>([
  ['a rejected promise', failed],
  [
    'a continuation that throws',
    () => Pending.fromPromise(Promise.resolve(new Error('rejected')), rethrow, rethrow),
  ],
  ['a continuation whose Pending fails', () => Pending.fromPromise(Promise.resolve(), failed, rethrow)],
])('hands the error of %s to recover, and rejects without one that handles it', async (_what, open) => {
  expect(await outcome(open().recover(messageOf))).toBe('rejected');
  expect(await outcome(open().chain(same, messageOf))).toBe('rejected');
  await expect(outcome(open())).rejects.toThrow('rejected');
});

test('hands an error of the continuation to the recover beside it', async () => {
  expect(await outcome(Pending.fromPromise(Promise.resolve(new Error('thrown')), rethrow, messageOf))).toBe(
    'thrown',
  );
  expect(await outcome(Pending.fromPromise(Promise.resolve(), failed, messageOf))).toBe('rejected');
});

test('settles once: a later value or error has no effect', () => {
  const calls: unknown[] = [];
  const pending = new Pending();
  pending.listen(
    (value) => calls.push(value),
    () => calls.push('failed'),
  );
  pending.settle('first');
  pending.settle('second');
  pending.fail(new Error('third'));
  expect(calls).toEqual(['first']);
});

test('a container settles with its last part and keeps the order of its properties', async () => {
  const [slow, fast] = [new Pending(), new Pending()];
  const object: Record<string, unknown> = { slow, plain: 1, fast };
  const container = new PendingContainer(object);
  container.waitFor('slow', slow);
  container.waitFor('fast', fast);
  const settled = outcome(container);
  fast.settle('f');
  expect(object).toEqual({ slow, plain: 1, fast: 'f' });
  slow.settle('s');
  expect(await settled).toBe(object);
  expect(JSON.stringify(object)).toBe('{"slow":"s","plain":1,"fast":"f"}');
});

test('a container fails with the first error of a part, without waiting for the other parts', async () => {
  const parts = [new Pending(), new Pending(), new Pending()];
  const container = new PendingContainer(parts);
  for (const [index, part] of parts.entries()) container.waitFor(index, part);
  const settled = outcome(container);
  parts[1]?.fail(new Error('first'));
  parts[2]?.fail(new Error('second'));
  await expect(settled).rejects.toThrow('first');
});

test.each<[string, (part: Pending) => void]>([
  ['has settled', (part) => part.settle(1)],
  ['has failed', (part) => part.fail(new Error('later'))],
])('a container that must fail does so when its part %s', async (_what, end) => {
  const part = new Pending();
  const container = new PendingContainer({});
  container.waitFor('part', part);
  const states: string[] = [];
  const settled = outcome(container.failWhenSettled(new Error('at once')));
  settled.catch(() => states.push('failed'));
  await Promise.resolve();
  expect(states).toEqual([]);
  end(part);
  await expect(settled).rejects.toThrow('at once');
});

test('takes every value with a method `then` for a promise', () => {
  const withThen = (value: object, then: unknown) => Object.defineProperty(value, 'then', { value: then });
  const promises = [
    Promise.resolve(),
    withThen({}, () => {}),
    withThen(
      () => {},
      () => {},
    ),
  ];
  expect(promises.map(isPromise)).toEqual([true, true, true]);
  const others = [null, undefined, 1, 'then', {}, () => {}, withThen({}, 'a text')];
  expect(others.filter(isPromise)).toEqual([]);
});
