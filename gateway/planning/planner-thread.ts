// One planner thread, and the bounds of its work. A thread whose operation takes too long or too much memory is ended, since
// nothing else stops the planner; thread-pool.ts starts another one.
import { constants, setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { GraphQLError } from 'graphql';
import type { PlannedGraph, PlannedText, PlannerReport, PlannerTask } from './messages.ts';
import {
  maxWaitFactor,
  measureUsage,
  PlanningExhausted,
  type PlanningLimits,
  type PlanningStart,
} from './usage.ts';

/** The current supergraph and the one before, whose last operations may still have to be planned. */
const maxGraphs = 2;

/** How often the gateway looks at a thread that plans. Most operations are planned before the first time. */
const checkIntervalMs = 50;

/** An operation that takes so long is slow: the next one should not wait for it, and it may have to give way. */
const slowAfterMs = 200;

/** A thread that plans for so long gives way to the threads that answer requests. */
const lowPriorityAfterMs = 1_000;

/**
 * V8 ends a thread at its limit, but one large allocation just below it ends the whole process. So V8's limit is far above the
 * one that the gateway enforces by looking at the heap.
 */
const getMaxHeapMb = (memoryMb: number) => Math.max(2_048, 4 * memoryMb);

/** A quarter of V8's own: a thread takes 60 MB less, and plans as fast. What survives here goes where thread-heap.ts sees it. */
const maxYoungHeapMb = 12;

export interface ThreadListener {
  /** The thread can take an operation. */
  onIdle: (thread: PlannerThread) => void;
  /** The operation in the thread takes long. Called again and again while it does. */
  onSlow: (thread: PlannerThread) => void;
  /** The thread has ended, whatever the reason; `fault` when nobody ended it. */
  onEnd: (thread: PlannerThread, fault: Error | undefined) => void;
}

interface Planning extends PlanningStart {
  resolve: (plan: string) => void;
  reject: (cause: Error) => void;
  timer: NodeJS.Timeout | undefined;
  isChecked: boolean;
  /** What it has taken when the gateway last looked. */
  usedMs: number;
}

export class PlannerThread {
  readonly #worker: Worker;
  readonly #limits: PlanningLimits;
  readonly #listener: ThreadListener;
  readonly #graphIds: number[] = [];
  #wasReady = false;
  #planning: Planning | undefined;
  #fault: Error | undefined;
  #isEnding = false;
  #threadId: number | undefined;
  #hasLowPriority = false;

  constructor(limits: PlanningLimits, listener: ThreadListener) {
    this.#limits = limits;
    this.#listener = listener;
    this.#worker = new Worker(new URL('./thread-entry.ts', import.meta.url), {
      resourceLimits: {
        maxOldGenerationSizeMb: getMaxHeapMb(limits.memoryMb),
        maxYoungGenerationSizeMb: maxYoungHeapMb,
      },
      name: 'planner',
    });
    // A request keeps the process alive while it waits for its plan; an idle thread must not.
    this.#worker.unref();
    this.#worker.on('message', (report: PlannerReport) => this.#onReport(report));
    this.#worker.on('error', (cause: NodeJS.ErrnoException) => {
      this.#fault = cause;
      if (cause.code === 'ERR_WORKER_OUT_OF_MEMORY') this.#settle(new PlanningExhausted('memory'));
    });
    this.#worker.on('exit', () => this.#onExit());
  }

  /** Whether it has built a planner. */
  get wasReady(): boolean {
    return this.#wasReady;
  }

  get isReady(): boolean {
    return this.wasReady && !this.#isEnding;
  }

  get isIdle(): boolean {
    return this.isReady && this.#planning === undefined;
  }

  /** The CPU time that the operation in it has taken, when the gateway last looked. */
  get usedMs(): number {
    return this.#planning?.usedMs ?? 0;
  }

  hasPlanner({ id }: PlannedGraph): boolean {
    return this.#graphIds.includes(id);
  }

  build(graph: PlannedGraph): void {
    if (this.hasPlanner(graph)) return;
    for (const id of this.#graphIds.splice(0, this.#graphIds.length + 1 - maxGraphs))
      this.#send({ kind: 'forget', id });
    this.#graphIds.push(graph.id);
    this.#send({ kind: 'build', ...graph });
  }

  /** Resolves with the plan as JSON. Rejects with PlanningExhausted when the operation exceeds a limit. */
  plan(graph: PlannedGraph, operation: PlannedText): Promise<string> {
    this.build(graph);
    return new Promise((resolve, reject) => {
      this.#planning = {
        resolve,
        reject,
        startedAt: 0,
        startCpuMs: 0,
        startHeapBytes: 0,
        timer: undefined,
        isChecked: false,
        usedMs: 0,
      };
      this.#send({ kind: 'plan', graphId: graph.id, ...operation });
    });
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#worker.terminate();
  }

  #send(task: PlannerTask): void {
    this.#worker.postMessage(task);
  }

  #onReport(report: PlannerReport): void {
    switch (report.kind) {
      case 'built':
        this.#wasReady = true;
        this.#threadId = report.threadId;
        if (this.isIdle) this.#listener.onIdle(this);
        return;
      case 'started':
        this.#watch(report.cpuMs, report.heapBytes);
        return;
      case 'planned':
        this.#settle(report.plan);
        return;
      case 'exhausted':
        this.#settle(new PlanningExhausted('memory'));
        return;
      case 'failed':
        this.#fail(toError(report));
    }
  }

  /** A thread that cannot build its planner is of no use. */
  #fail(cause: Error): void {
    if (this.#planning !== undefined) {
      this.#settle(cause);
      return;
    }
    this.#fault = cause;
    void this.#worker.terminate();
  }

  #watch(startCpuMs: number, startHeapBytes: number): void {
    const planning = this.#planning;
    if (planning === undefined) return;
    Object.assign(planning, { startedAt: performance.now(), startCpuMs, startHeapBytes });
    planning.timer = setInterval(() => {
      const tookMs = performance.now() - planning.startedAt;
      if (!planning.isChecked) void this.#check(planning);
      // The thread does not even tell what it has used.
      else if (tookMs > maxWaitFactor * this.#limits.timeoutMs) this.#giveUp('time');
    }, checkIntervalMs).unref();
  }

  async #check(planning: Planning): Promise<void> {
    planning.isChecked = true;
    const { heapBytes, usedMs } = await measureUsage(this.#worker, planning);
    planning.isChecked = false;
    // The plan may have arrived meanwhile.
    if (planning !== this.#planning) return;
    if (heapBytes > this.#limits.memoryMb * 1_048_576) this.#giveUp('memory');
    else if (usedMs >= this.#limits.timeoutMs) this.#giveUp('time');
    else if (usedMs >= slowAfterMs) {
      planning.usedMs = usedMs;
      if (usedMs >= lowPriorityAfterMs) this.#lowerPriority();
      this.#listener.onSlow(this);
    }
  }

  #lowerPriority(): void {
    if (this.#threadId === undefined || this.#hasLowPriority) return;
    this.#hasLowPriority = true;
    try {
      setPriority(this.#threadId, constants.priority.PRIORITY_BELOW_NORMAL);
    } catch {
      // The system does not allow it: the thread stays equal to the others.
    }
  }

  #giveUp(resource: PlanningExhausted['resource']): void {
    this.#isEnding = true;
    this.#settle(new PlanningExhausted(resource));
    void this.end();
  }

  #settle(outcome: string | Error): void {
    const planning = this.#planning;
    if (planning === undefined) return;
    this.#planning = undefined;
    clearInterval(planning.timer);
    if (typeof outcome === 'string') planning.resolve(outcome);
    else planning.reject(outcome);
    // No process may raise a priority again without privileges: another thread takes over.
    if (this.#hasLowPriority) void this.end();
    if (this.isIdle) this.#listener.onIdle(this);
  }

  #onExit(): void {
    const fault = this.#isEnding ? undefined : (this.#fault ?? new Error('it exited'));
    this.#isEnding = true;
    this.#settle(new Error('a planner thread ended before its operation was planned', { cause: fault }));
    this.#listener.onEnd(this, fault);
  }
}

function toError({ message, stack, isRefusal }: Extract<PlannerReport, { kind: 'failed' }>): Error {
  if (isRefusal) return new GraphQLError(message);
  return Object.assign(new Error(message), stack === undefined ? {} : { stack });
}
