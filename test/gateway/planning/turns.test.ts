import { expect, test } from 'vitest';
import { Turns } from '../../../gateway/planning/turns.ts';

interface Job {
  caller: string;
}

function openTurns({ waiting, costly = [] }: { waiting: readonly string[]; costly?: readonly string[] }) {
  const turns = new Turns<Job>();
  for (const caller of costly) turns.markCostly(caller);
  for (const caller of waiting) turns.add({ caller });
  const giveWay = (running: Record<string, number>) =>
    turns
      .findThoseThatGiveWay(Object.entries(running).map(([caller, usedMs]) => ({ caller, usedMs })))
      .map(({ caller }) => caller);
  return { turns, giveWay };
}

test('the operation that has taken the longest gives way first', () => {
  const running = { a: 1_100, b: 1_500, c: 1_900, d: 1_300 };
  expect(openTurns({ waiting: ['new'] }).giveWay(running)).toEqual(['c']);
  expect(openTurns({ waiting: ['new', 'newer'] }).giveWay(running)).toEqual(['c', 'b']);
});

test('an operation of a costly caller gives way before all others, however long those have taken', () => {
  const running = { a: 1_900, b: 1_100, c: 1_800, d: 1_200 };
  expect(openTurns({ waiting: ['new'], costly: ['b'] }).giveWay(running)).toEqual(['b']);
  expect(openTurns({ waiting: ['new'], costly: ['b', 'd'] }).giveWay(running)).toEqual(['d']);
  expect(openTurns({ waiting: ['new', 'newer'], costly: ['b'] }).giveWay(running)).toEqual(['b', 'a']);
});

test('nothing gives way before its turn is over, while a thread is free, or to a caller that is costly or has a thread', () => {
  const burning = { a: 1_100, b: 1_100, c: 1_100, d: 1_100 };
  expect(openTurns({ waiting: ['new'] }).giveWay({ a: 900, b: 900, c: 900, d: 900 })).toEqual([]);
  expect(openTurns({ waiting: ['new'] }).giveWay({ a: 1_100, b: 1_100, c: 1_100 })).toEqual([]);
  expect(openTurns({ waiting: ['new'], costly: ['new'] }).giveWay(burning)).toEqual([]);
  expect(openTurns({ waiting: ['a', 'b'] }).giveWay(burning)).toEqual([]);
});

test('a turn is the shorter the more callers wait, and no shorter than a fifth of a second', () => {
  const callers = (count: number) => Array.from({ length: count }, (_, number) => `new${number}`);
  const running = { a: 190, b: 250, c: 600, d: 950 };
  expect(openTurns({ waiting: callers(4) }).giveWay(running)).toEqual([]);
  expect(openTurns({ waiting: callers(8) }).giveWay(running)).toEqual(['d', 'c']);
  expect(openTurns({ waiting: callers(100) }).giveWay(running)).toEqual(['d', 'c', 'b']);
});

test('a caller without a thread comes first, and a costly one last', () => {
  const { turns } = openTurns({ waiting: ['costly', 'served', 'new'], costly: ['costly'] });
  const take = () => turns.takeNext(['served'])?.caller;
  expect([take(), take(), take(), take()]).toEqual(['new', 'served', 'costly', undefined]);
});

test('costly callers together leave a thread to the others', () => {
  const costly = ['a', 'b', 'c', 'd'];
  const { turns } = openTurns({ waiting: ['d'], costly });
  expect(turns.takeNext(['a', 'b', 'c'])).toBeUndefined();
  expect(turns.takeNext(['a', 'b'])?.caller).toBe('d');
});
