// Plans operations in the order that turns.ts chooses, each in a thread. One thread is enough while operations are planned quickly;
// while one takes long, another thread is ready for the next. Nobody waits longer for a thread than a limit allows.
import type { Log } from '../../platform/process/log.ts';
import type { PlannedGraph, PlannedText } from './messages.ts';
import { PlannerThread } from './planner-thread.ts';
import { maxThreads, Turns } from './turns.ts';
import { PlanningExhausted, type PlanningLimits } from './usage.ts';

/** Before another thread is started in the place of one that could not start. */
const restartMs = 1_000;

/** After the last slow operation, one thread remains. */
const spareThreadMs = 60_000;

/** Too many operations wait, the operation waited for too long, or it gave way to another caller. */
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
  /** Ends its waiting. */
  timer: NodeJS.Timeout;
}

/** What the pool needs of a thread. */
export type PooledThread = Pick<
  PlannerThread,
  'build' | 'end' | 'hasPlanner' | 'isIdle' | 'plan' | 'usedMs' | 'wasReady'
>;

/** The pool knows for which thread it made the listener. */
export interface PoolListener {
  onIdle: () => void;
  onSlow: () => void;
  onEnd: (thread: unknown, fault: Error | undefined) => void;
}

export type StartThread = (limits: PlanningLimits, listener: PoolListener) => PooledThread;

export class ThreadPool {
  readonly #limits: PlanningLimits;
  readonly #log: Log;
  readonly #startThread: StartThread;
  /** With the operation that each thread plans. */
  readonly #threads = new Map<PooledThread, WaitingJob | undefined>();
  readonly #turns = new Turns<WaitingJob>();
  #graph: PlannedGraph | undefined;
  #shrinking: NodeJS.Timeout | undefined;
  #isClosed = false;
  #isReady = false;
  readonly #start = Promise.withResolvers<void>();

  constructor(
    limits: PlanningLimits,
    log: Log,
    startThread: StartThread = (...started) => new PlannerThread(...started),
  ) {
    this.#startThread = startThread;
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
    return this.#turns.size;
  }

  /** Prepares the threads for operations on a new supergraph. */
  prepare(graph: PlannedGraph): void {
    this.#graph = graph;
    // In one thread: the others build its planner when they get an operation on it.
    const free = [...this.#threads].find(([, job]) => job === undefined);
    free?.[0].build(graph);
  }

  /** Resolves with the plan as JSON. Rejects with PlannerBusy and PlanningExhausted. */
  plan(job: PlanningJob): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#turns.remove(waiting);
        reject(new PlannerBusy());
      }, this.#limits.maxWaitMs);
      const waiting = { ...job, resolve, reject, timer: timer.unref() };
      const lost = this.#turns.add(waiting);
      if (lost !== undefined) refuse(lost);
      this.#assign();
      this.#makeRoom();
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
      clearTimeout(job.timer);
      this.#threads.set(thread, job);
      thread.plan(job.graph, job.operation).then(job.resolve, (cause: Error) => {
        if (cause instanceof PlanningExhausted) this.#turns.markCostly(job.caller);
        job.reject(cause);
      });
    }
  }

  #takeWanted(): WaitingJob | undefined {
    const served = [...this.#threads.values()].flatMap((job) => job?.caller ?? []);
    for (;;) {
      const job = this.#turns.takeNext(served);
      if (job === undefined || job.isWanted()) return job;
      refuse(job);
    }
  }

  /** Ends operations that give way. */
  #makeRoom(): void {
    if (this.#threads.size < maxThreads) return;
    const running = [...this.#threads].flatMap(([thread, job]) =>
      job === undefined ? [] : [{ thread, job, caller: job.caller, usedMs: thread.usedMs }],
    );
    for (const { thread, job, caller } of this.#turns.findThoseThatGiveWay(running)) {
      this.#turns.markCostly(caller);
      this.#threads.set(thread, undefined);
      refuse(job);
      void thread.end();
    }
  }

  /** Starts threads until one is free, or about to be, for each operation that waits, and for the next one. */
  #keepSpareThreads(): void {
    if (this.#isClosed) return;
    const freeCount = [...this.#threads.values()].filter((job) => job === undefined).length;
    const wanted = this.#turns.size + 1 - freeCount;
    for (let count = Math.min(wanted, maxThreads - this.#threads.size); count > 0; count -= 1)
      this.#addThread();
  }

  #addThread(): void {
    const thread = this.#startThread(this.#limits, {
      onIdle: () => {
        this.#isReady = true;
        this.#start.resolve();
        this.#threads.set(thread, undefined);
        this.#assign();
      },
      onSlow: () => {
        this.#keepSpareThreads();
        this.#shrinkLater();
        this.#makeRoom();
      },
      onEnd: (_thread, fault) => {
        this.#threads.delete(thread);
        this.#restart(thread, fault);
      },
    });
    this.#threads.set(thread, undefined);
    if (this.#graph !== undefined) thread.build(this.#graph);
  }

  #restart(ended: PooledThread, fault: Error | undefined): void {
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

function refuse({ reject, timer }: WaitingJob): void {
  clearTimeout(timer);
  reject(new PlannerBusy());
}
