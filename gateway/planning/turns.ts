// Whose operation is planned next, and which one gives way to others. Callers take turns. Those whose operations burned, which means
// that they exceeded a bound or gave way, wait behind all others for a while.
import { LRUCache } from 'lru-cache';
import { WaitingLine } from '../../platform/calls/waiting-line.ts';

export const maxThreads = 4;

/** One thread is left for the other callers, however much a caller asks for, or all costly callers together. */
const maxThreadsOfCaller = maxThreads - 1;

/** For how long a caller is costly after an operation of it burned, and how many such callers are remembered. */
const costlyForMs = 60_000;
const maxCostly = 10_000;

const maxWaiting = 256;

/**
 * How long an operation may take while callers without a thread wait, in CPU time: all of them together wait for about
 * `sharedMs` of each thread, and a turn is no longer and no shorter than this. To replace a thread takes as long as a short turn.
 */
const sharedMs = 1_000;
const longestTurnMs = 1_000;
const shortestTurnMs = 200;

export interface Running {
  caller: string;
  /** The CPU time that its operation has taken so far. */
  usedMs: number;
}

export class Turns<Job extends { caller: string }> {
  readonly #waiting = new WaitingLine<Job>(maxWaiting);
  readonly #costly = new LRUCache<string, true>({ max: maxCostly, ttl: costlyForMs });

  get size(): number {
    return this.#waiting.size;
  }

  /** Returns the job that lost its place, which may be the new one; undefined where all have one. */
  add(job: Job): Job | undefined {
    return this.#waiting.add(job.caller, job);
  }

  remove(job: Job): void {
    this.#waiting.remove(job.caller, job);
  }

  markCostly(caller: string): void {
    this.#costly.set(caller, true);
  }

  /** A caller without a thread comes first, a costly one last. `served` has a caller once for each of its threads. */
  takeNext(served: readonly string[]): Job | undefined {
    const countThreads = (isCounted: (caller: string) => boolean) => served.filter(isCounted).length;
    const takeBelow = (maxHeld: number) =>
      this.#waiting.take(
        (caller) => !this.#costly.has(caller) && countThreads((other) => other === caller) < maxHeld,
      );
    const next = takeBelow(1) ?? takeBelow(maxThreadsOfCaller);
    if (next !== undefined) return next;
    if (countThreads((caller) => this.#costly.has(caller)) >= maxThreadsOfCaller) return undefined;
    return this.#waiting.take((caller) => this.#costly.has(caller));
  }

  /**
   * Which of the running operations give way to callers that wait, are not costly and have no thread: first those of costly
   * callers, and then those that have taken the longest.
   */
  findThoseThatGiveWay<Candidate extends Running>(running: readonly Candidate[]): Candidate[] {
    const served = new Set(running.map(({ caller }) => caller));
    const newcomers = this.#waiting.countCallers(
      (caller) => !served.has(caller) && !this.#costly.has(caller),
    );
    const missing = newcomers - (maxThreads - running.length);
    if (missing <= 0) return [];
    const turnMs = Math.max(shortestTurnMs, Math.min(longestTurnMs, (sharedMs * maxThreads) / newcomers));
    const rank = ({ caller }: Candidate) => (this.#costly.has(caller) ? 1 : 0);
    return running
      .filter(({ usedMs }) => usedMs >= turnMs)
      .toSorted((one, other) => rank(other) - rank(one) || other.usedMs - one.usedMs)
      .slice(0, missing);
  }
}
