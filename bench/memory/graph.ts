// Our graph in one process, as in the other parts of the bench, which tells what memory it holds when it is asked to.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface Held {
  /** After a full collection, in bytes. */
  heap: number;
  /** Of the whole process before the collection. */
  rss: number;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

process.on('message', (message) => {
  if (message !== 'memory') return;
  const { rss } = process.memoryUsage();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  process.send?.({ heap: heapUsed + external, rss } satisfies Held);
});

await import('../peers/one-process.ts');
