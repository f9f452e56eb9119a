import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import type { PlannerReport, PlannerTask } from '../../../gateway/planning/messages.ts';
import { openThreadHeap } from '../../../gateway/planning/thread-heap.ts';
import { compose } from '../plan/chained-requires.ts';

const mebibyte = 1_048_576;
const heap = openThreadHeap();

/** Lists of so many megabytes together. */
function fill(megabytes: number): number[][] {
  return Array.from({ length: megabytes }, (_, count) => new Array<number>(mebibyte / 8).fill(count + 0.5));
}

test('frees garbage only where it is much', () => {
  heap.collect();
  const before = heap.measure();
  let used = fill(30);
  used = [];
  heap.trim();
  expect(heap.measure()).toBeGreaterThan(before + 25 * mebibyte);
  used = fill(80);
  expect(used).toHaveLength(80);
  used = [];
  heap.trim();
  expect(heap.measure()).toBeLessThan(before + 10 * mebibyte);
});

test('threads that start at the same moment all find the collector', async () => {
  const module = new URL('../../../gateway/planning/thread-heap.ts', import.meta.url).href;
  const code = `import(${JSON.stringify(module)}).then(({ openThreadHeap }) => {
    for (let count = 0; count < 200; count += 1) openThreadHeap();
  });`;
  const exits = [1, 2, 3].map(() => once(new Worker(code, { eval: true }), 'exit'));
  expect(await Promise.all(exits)).toEqual([[0], [0], [0]]);
});

/** Each graph leaves about 5 MB. */
function composeManyTypes(): string {
  const types = (field: string) =>
    Array.from(
      { length: 120 },
      (_, number) => `type T${number} @key(fields: "id") { id: ID! ${field}: Int }`,
    );
  return compose({ a: `type Query { n: Int }\n${types('a').join('\n')}`, b: types('b').join('\n') });
}

test('a planner thread that has built many graphs holds no more than after the second one', async () => {
  const worker = new Worker(new URL('../../../gateway/planning/thread-entry.ts', import.meta.url));
  onTestFinished(async () => void (await worker.terminate()));
  const sdl = composeManyTypes();
  const held: number[] = [];
  for (let id = 1; id <= 6; id += 1) {
    const tasks: PlannerTask[] = [
      { kind: 'forget', id: id - 2 },
      { kind: 'build', id, sdl },
    ];
    for (const task of tasks) worker.postMessage(task);
    const [report] = (await once(worker, 'message')) as [PlannerReport];
    expect(report.kind).toBe('built');
    held.push((await worker.getHeapStatistics()).used_heap_size);
  }
  expect(Math.max(...held.slice(2))).toBeLessThan((held[1] ?? 0) + 5 * mebibyte);
});
