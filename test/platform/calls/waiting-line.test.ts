import { expect, test } from 'vitest';
import { WaitingLine } from '../../../platform/calls/waiting-line.ts';

const everyone = () => true;

function takeAll(line: WaitingLine<string>): string[] {
  const items: string[] = [];
  for (let item = line.take(everyone); item !== undefined; item = line.take(everyone)) items.push(item);
  return items;
}

test('callers take turns, whoever came first and however many operations one has', () => {
  const line = new WaitingLine<string>(10);
  for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'c2']) line.add(item.charAt(0), item);
  expect(line.size).toBe(6);
  expect(takeAll(line)).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
  expect(line.size).toBe(0);
});

test('passes over a caller that may have nothing now, and keeps its place', () => {
  const line = new WaitingLine<string>(10);
  for (const item of ['a1', 'b1', 'b2']) line.add(item.charAt(0), item);
  expect(line.take((caller) => caller !== 'a')).toBe('b1');
  expect(line.take(() => false)).toBeUndefined();
  expect(takeAll(line)).toEqual(['a1', 'b2']);
});

test('gives the place of the longest line to a caller with a shorter one', () => {
  const line = new WaitingLine<string>(3);
  for (const item of ['a1', 'a2', 'a3']) expect(line.add('a', item)).toBeUndefined();
  expect(line.add('b', 'b1')).toBe('a3');
  expect(line.add('a', 'a4')).toBe('a4');
  expect(line.size).toBe(3);
  expect(takeAll(line)).toEqual(['a1', 'b1', 'a2']);
});

test('counts the turns before a new item: as many of each other caller as its own caller has', () => {
  const line = new WaitingLine<string>(10);
  for (const item of ['a1', 'a2', 'a3', 'b1']) line.add(item.charAt(0), item);
  expect(['c', 'b', 'a'].map((caller) => line.countTurnsBefore(caller))).toEqual([2, 3, 4]);
});

test('an item that is removed frees its place, and one that is not there changes nothing', () => {
  const line = new WaitingLine<string>(2);
  for (const item of ['a1', 'b1']) line.add(item.charAt(0), item);
  line.remove('a', 'b1');
  line.remove('c', 'c1');
  expect(line.size).toBe(2);
  line.remove('a', 'a1');
  expect(line.add('b', 'b2')).toBeUndefined();
  expect(takeAll(line)).toEqual(['b1', 'b2']);
});
