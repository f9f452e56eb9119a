// Which operation is planned in which thread. One thread is enough while operations are planned quickly; while one takes long,
// another thread is ready for the next. Where all burn, a long operation gives way to a caller without a thread, and callers whose
// operations were ended wait behind all others for a while.
import { LRUCache } from 'lru-cache';
import { WaitingLine } from '../../platform/calls/waiting-line.ts';
import type { Log } from '../../platform/process/log.ts';
import type { PlannedGraph, PlannedText } from './messages.ts';
import { PlannerThread } from './planner-thread.ts';
import { PlanningExhausted, type PlanningLimits } from './usage.ts';

const maxThreads = 4;

/** One thread is left for the other callers, however much a caller asks for, or all costly callers together. */
const maxThreadsOfCaller = maxThreads - 1;

/** For how long a caller is costly after an operation of it was ended, and how many such callers are remembered. */
const costlyForMs = 60_000;
const maxCostly = 10_000;

const maxWaiting = 256;

/** Before another thread is started in the place of one that could not start. */
const restartMs = 1_000;

/** After the last slow operation, one thread remains. */
const spareThreadMs = 60_000;

/** Too many operations wait, or the operation gave way to another caller. */
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

/** What the pool needs of a thread. */
export type PooledThread = Pick<
  PlannerThread,
  'build' | 'end' | 'hasPlanner' | 'isIdle' | 'longSince' | 'plan' | 'wasReady'
>;

/** The pool knows for which thread it made the listener. */
export interface PoolListener {
  onIdle: () => void;
  onSlow: () => void;
  onLong: () => void;
  onEnd: (thread: unknown, fault: Error | undefined) => void;
}

export type StartThread = (limits: PlanningLimits, listener: PoolListener) => PooledThread;

export class ThreadPool {
  readonly #limits: PlanningLimits;
  readonly #log: Log;
  readonly #startThread: StartThread;
  /** With the operation that each thread plans. */
  readonly #threads = new Map<PooledThread, WaitingJob | undefined>();
  /** Callers of operations that exceeded a bound or gave way. */
  readonly #costly = new LRUCache<string, true>({ max: maxCostly, ttl: costlyForMs });
  readonly #waiting = new WaitingLine<WaitingJob>(maxWaiting);
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
    return this.#waiting.size;
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
      const lost = this.#waiting.add(job.caller, { ...job, resolve, reject });
      lost?.reject(new PlannerBusy());
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
      this.#threads.set(thread, job);
      thread.plan(job.graph, job.operation).then(job.resolve, (cause: Error) => {
        if (cause instanceof PlanningExhausted) this.#costly.set(job.caller, true);
        job.reject(cause);
      });
    }
  }

  #takeWanted(): WaitingJob | undefined {
    for (;;) {
      const job = this.#takeNext();
      if (job === undefined || job.isWanted()) return job;
      job.reject(new PlannerBusy());
    }
  }

  /** A caller without a thread comes first, a costly one last. */
  #takeNext(): WaitingJob | undefined {
    const takeBelow = (maxHeld: number) =>
      this.#waiting.take(
        (caller) => !this.#costly.has(caller) && this.#countThreads((other) => other === caller) < maxHeld,
      );
    const next = takeBelow(1) ?? takeBelow(maxThreadsOfCaller);
    if (next !== undefined) return next;
    if (this.#countThreads((caller) => this.#costly.has(caller)) >= maxThreadsOfCaller) return undefined;
    return this.#waiting.take((caller) => this.#costly.has(caller));
  }

  #countThreads(isCounted: (caller: string) => boolean): number {
    return [...this.#threads.values()].filter((job) => job !== undefined && isCounted(job.caller)).length;
  }

  /** Ends long operations while callers wait that are not costly and have no thread. */
  #makeRoom(): void {
    if (this.#threads.size < maxThreads) return;
    const planning = [...this.#threads].flatMap(([thread, job]) =>
      job === undefined ? [] : [{ thread, job }],
    );
    const served = new Set(planning.map(({ job }) => job.caller));
    const newcomers = this.#waiting.countCallers(
      (caller) => !served.has(caller) && !this.#costly.has(caller),
    );
    const missing = newcomers - (maxThreads - planning.length);
    if (missing <= 0) return;
    const order = ({ thread, job }: (typeof planning)[number]) =>
      (thread.longSince ?? 0) - (this.#costly.has(job.caller) ? Number.MAX_SAFE_INTEGER : 0);
    const long = planning.filter(({ thread }) => thread.longSince !== undefined);
    for (const { thread, job } of long
      .toSorted((one, other) => order(one) - order(other))
      .slice(0, missing)) {
      this.#costly.set(job.caller, true);
      this.#threads.set(thread, undefined);
      job.reject(new PlannerBusy());
      void thread.end();
    }
  }

  /** Starts threads until one is free, or about to be, for each operation that waits, and for the next one. */
  #keepSpareThreads(): void {
    if (this.#isClosed) return;
    const freeCount = [...this.#threads.values()].filter((job) => job === undefined).length;
    const wanted = this.#waiting.size + 1 - freeCount;
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
      },
      onLong: () => this.#makeRoom(),
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
