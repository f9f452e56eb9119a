// Tributary's graph in one process, as in the other parts of the bench. It reports its memory on request.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface MemoryUse {
  /** The heap after a full collection, in bytes. */
  heap: number;
  /** The memory of the whole process before the collection, in bytes. */
  rss: number;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

process.on('message', (message) => {
  if (message !== 'memory') return;
  const { rss } = process.memoryUsage();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  process.send?.({ heap: heapUsed + external, rss } satisfies MemoryUse);
});

await import('../peers/one-process.ts');
