// What a measured process holds: its parent asks by a message, and it answers after a full collection of garbage.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface MemoryUse {
  /** The heap after a full collection, with buffers outside of it, in bytes. */
  heap: number;
  /** The memory of the whole process before the collection, in bytes. */
  rss: number;
}

export const memoryQuestion = 'memory';

/** Answers each `memoryQuestion` of the parent from now on. */
export function answerMemoryQuestions(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  process.on('message', (message) => {
    if (message !== memoryQuestion) return;
    const { rss } = process.memoryUsage();
    collect();
    const { heapUsed, external } = process.memoryUsage();
    process.send?.({ heap: heapUsed + external, rss } satisfies MemoryUse);
  });
}
