// Which operation is planned in which thread. One thread is enough while operations are planned quickly; while one takes long,
// another thread is ready for the next.
import type { Log } from '../../platform/process/log.ts';
import type { PlannedGraph, PlannedText } from './messages.ts';
import { PlannerThread } from './planner-thread.ts';
import type { PlanningLimits } from './usage.ts';
import { WaitingLine } from './waiting-line.ts';

const maxThreads = 4;

/** One thread is left for the other callers, however much a caller asks for. */
const maxThreadsOfCaller = maxThreads - 1;

const maxWaiting = 256;

/** Before another thread is started in the place of one that could not start. */
const restartMs = 1_000;

/** After the last slow operation, one thread remains. */
const spareThreadMs = 60_000;

/** Too many operations wait. */
export class PlannerBusy extends Error {
  override name = 'PlannerBusy';
}

export interface PlanningJob {
  graph: PlannedGraph;
  operation: PlannedText;
  /** Who waits for it first: callers take turns. */
  caller: string;
  /** False when all its callers have left. */
  isWanted: () => boolean;
}

interface WaitingJob extends PlanningJob {
  resolve: (plan: string | Promise<string>) => void;
  reject: (cause: Error) => void;
}

export class ThreadPool {
  readonly #limits: PlanningLimits;
  readonly #log: Log;
  /** With the caller of the operation that each thread plans. */
  readonly #threads = new Map<PlannerThread, string | undefined>();
  readonly #waiting = new WaitingLine<WaitingJob>(maxWaiting);
  #graph: PlannedGraph | undefined;
  #shrinking: NodeJS.Timeout | undefined;
  #isClosed = false;
  #isReady = false;
  readonly #start = Promise.withResolvers<void>();

  constructor(limits: PlanningLimits, log: Log) {
    this.#limits = limits;
    this.#log = log;
    // A gateway that does not wait for the first thread learns of its fault by the operations that are not planned.
    this.#start.promise.catch(() => {});
    this.#keepSpareThreads();
  }

  /** Resolves when the first thread has built its planner. Rejects when that thread cannot start. */
  get whenReady(): Promise<void> {
    return this.#start.promise;
  }

  /** True once a thread has built a planner, until threads can no longer start. Threads that are given up change nothing. */
  get isReady(): boolean {
    return this.#isReady;
  }

  get threadCount(): number {
    return this.#threads.size;
  }

  get waitingCount(): number {
    return this.#waiting.size;
  }

  /** Prepares the threads for operations on a new supergraph. */
  prepare(graph: PlannedGraph): void {
    this.#graph = graph;
    // In one thread: the others build its planner when they get an operation on it.
    const free = [...this.#threads].find(([, caller]) => caller === undefined);
    free?.[0].build(graph);
  }

  /** Resolves with the plan as JSON. Rejects with PlannerBusy and PlanningExhausted. */
  plan(job: PlanningJob): Promise<string> {
    return new Promise((resolve, reject) => {
      const lost = this.#waiting.add(job.caller, { ...job, resolve, reject });
      lost?.reject(new PlannerBusy());
      this.#assign();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#shrinking);
    await Promise.all([...this.#threads.keys()].map((thread) => thread.end()));
  }

  #assign(): void {
    for (;;) {
      const idle = [...this.#threads.keys()].filter((thread) => thread.isIdle);
      const job = idle.length === 0 ? undefined : this.#takeWanted();
      if (job === undefined) return;
      const thread = idle.find((candidate) => candidate.hasPlanner(job.graph)) ?? idle[0];
      if (thread === undefined) return;
      this.#threads.set(thread, job.caller);
      job.resolve(thread.plan(job.graph, job.operation));
    }
  }

  #takeWanted(): WaitingJob | undefined {
    for (;;) {
      const job = this.#waiting.take((caller) => this.#countThreads(caller) < maxThreadsOfCaller);
      if (job === undefined || job.isWanted()) return job;
      job.reject(new PlannerBusy());
    }
  }

  #countThreads(caller: string): number {
    return [...this.#threads.values()].filter((other) => other === caller).length;
  }

  /** Starts threads until one is free, or about to be, for each operation that waits, and for the next one. */
  #keepSpareThreads(): void {
    if (this.#isClosed) return;
    const freeCount = [...this.#threads.values()].filter((caller) => caller === undefined).length;
    const wanted = this.#waiting.size + 1 - freeCount;
    for (let count = Math.min(wanted, maxThreads - this.#threads.size); count > 0; count -= 1)
      this.#addThread();
  }

  #addThread(): void {
    const thread = new PlannerThread(this.#limits, {
      onIdle: () => {
        this.#isReady = true;
        this.#start.resolve();
        this.#threads.set(thread, undefined);
        this.#assign();
      },
      onSlow: () => {
        this.#keepSpareThreads();
        this.#shrinkLater();
      },
      onEnd: (_thread, fault) => {
        this.#threads.delete(thread);
        this.#restart(thread, fault);
      },
    });
    this.#threads.set(thread, undefined);
    if (this.#graph !== undefined) thread.build(this.#graph);
  }

  #restart(ended: PlannerThread, fault: Error | undefined): void {
    if (fault !== undefined) {
      this.#log.error({ err: fault }, 'a planner thread ended by itself');
      this.#start.reject(fault);
    }
    if (fault === undefined || ended.wasReady) this.#keepSpareThreads();
    else {
      this.#isReady = false;
      setTimeout(() => this.#keepSpareThreads(), restartMs).unref();
    }
  }

  #shrinkLater(): void {
    clearTimeout(this.#shrinking);
    this.#shrinking = setTimeout(() => {
      const idle = [...this.#threads.keys()].filter((thread) => thread.isIdle);
      for (const thread of idle.slice(1)) void thread.end();
    }, spareThreadMs).unref();
  }
}
