// The bounds of planning one operation, and what it has taken so far.
import type { Worker } from 'node:worker_threads';

/** A thread that gets no CPU for its operation is given up after this multiple of the time that the operation may take. */
export const maxWaitFactor = 4;

export interface PlanningLimits {
  /** CPU time that one operation may take: a machine with other work, or a container that is held back, makes no operation hard. */
  timeoutMs: number;
  /** Memory that one operation may take beside what its thread held before. */
  memoryMb: number;
  /** How long one operation may wait for a thread. */
  maxWaitMs: number;
}

/** Planning the operation exceeds a limit. */
export class PlanningExhausted extends Error {
  override name = 'PlanningExhausted';
  readonly resource: 'time' | 'memory';
  constructor(resource: 'time' | 'memory') {
    super(`planning an operation takes too much ${resource}`);
    this.resource = resource;
  }
}

export interface PlanningStart {
  /** On the clock, in milliseconds. */
  startedAt: number;
  /** What the thread had used before. */
  startCpuMs: number;
  /** What the thread held before. */
  startHeapBytes: number;
}

export interface PlanningUsage {
  /** By how much the heap of the thread has grown. */
  heapBytes: number;
  usedMs: number;
}

/**
 * Nothing of a thread that has just ended. A thread answers between two steps of its code, which may take a while. Versions of
 * Node before 24.6 tell no CPU time: the clock counts there.
 */
export async function measureUsage(
  worker: Worker,
  { startedAt, startCpuMs, startHeapBytes }: PlanningStart,
): Promise<PlanningUsage> {
  try {
    const meter: Partial<Pick<Worker, 'cpuUsage'>> = worker;
    const [heap, cpu] = await Promise.all([worker.getHeapStatistics(), meter.cpuUsage?.call(worker)]);
    const tookMs = performance.now() - startedAt;
    const cpuMs = cpu === undefined ? tookMs : (cpu.user + cpu.system) / 1_000 - startCpuMs;
    const heapBytes = heap.used_heap_size - startHeapBytes;
    return { heapBytes, usedMs: Math.max(cpuMs, tookMs / maxWaitFactor) };
  } catch {
    return { heapBytes: 0, usedMs: 0 };
  }
}
