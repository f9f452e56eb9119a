// Keeps the heap of a planner thread small. V8 would let garbage lie until it is several times what is in use, because the limit
// of the heap is far above what the planner needs (planner-thread.ts).
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** A collection takes about as long as planning 50 operations, which leave less garbage than this. */
const maxGarbageBytes = 64 * 1_048_576;

export interface ThreadHeap {
  /** What the thread holds, with its garbage. */
  measure: () => number;
  /** Frees all garbage. */
  collect: () => void;
  /** Frees the garbage where it may be much. */
  trim: () => void;
}

export function openThreadHeap(): ThreadHeap {
  const collectGarbage = findCollector();
  let usedBytes = 0;
  const measure = () => getHeapStatistics().used_heap_size;
  const collect = () => {
    collectGarbage();
    usedBytes = measure();
  };
  const trim = () => {
    if (measure() > usedBytes + maxGarbageBytes) collect();
  };
  return { measure, collect, trim };
}

/**
 * V8 shows its collector to contexts that are made while the flag is set. The flag is that of the whole process and stays set, because
 * another thread may need it at the same moment.
 */
function findCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
