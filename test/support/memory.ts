// Collects garbage and measures what is left, for tests of what a cache holds and of what it lets go.
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Collects everything that nothing reaches. A WeakRef keeps its target until the turn of the event loop ends that read it. */
export async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  await turn();
  collect();
  await turn();
  collect();
}

/** The bytes that the work leaves in the heap for good. Other work of the process counts as well: compare with a coarse bound. */
export async function measureKeptBytes(work: () => unknown): Promise<number> {
  await collectGarbage();
  const before = process.memoryUsage().heapUsed;
  await work();
  await collectGarbage();
  return process.memoryUsage().heapUsed - before;
}
