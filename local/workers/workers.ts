// Several processes that answer at one port, each with the whole graph in it (worker.ts), and this one that keeps them
// running: whoever dies is replaced, after a pause that grows while they keep dying. Node hands each connection to them in
// turn. What must be there once (PostgreSQL, migrations, a sandbox) is the primary's, who answers no request itself.
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type { WorkersHealth } from '../../gateway/options.ts';
import type { Log } from '../../platform/process/log.ts';

/** What a worker is told before it opens anything. */
export interface Instructions {
  /** Its environment, beside ours. */
  variables: Readonly<Record<string, string>>;
  supergraphSdl: string;
  /** True for the one that writes the demo rows. */
  withDemo: boolean;
}

export type ToWorker = ({ kind: 'start' } & Instructions) | { kind: 'health'; health: WorkersHealth };

export type FromWorker = { kind: 'ready'; url: string } | { kind: 'demo'; token: string };

export interface Workers {
  /** Resolves when all answer. Rejects when one ends before. */
  start: (instructions: Instructions) => Promise<{ url: string; token: string | undefined }>;
  close: () => Promise<void>;
}

/** Pause before a worker is replaced: the first, the longest, and after how long without a death it starts over. */
const firstPauseMs = 100;
const longestPauseMs = 10_000;
const calmMs = 30_000;

/** A worker ends by itself within five seconds (platform/process/lifecycle.ts); PostgreSQL must still be stopped after it. */
const patienceMs = 4_500;

/** Starts their processes, which load the code and wait for instructions. */
export function openWorkers(wanted: number, log: Log): Workers {
  return new WorkerGroup(wanted, log);
}

/** How long to wait before the next, after the pause before and how long the worker lived. */
export function pauseAfter(pauseMs: number, livedMs: number): number {
  if (pauseMs === 0 || livedMs > calmMs) return firstPauseMs;
  return Math.min(pauseMs * 2, longestPauseMs);
}

interface Slot {
  worker: Worker;
  isReady: boolean;
  /** Before it was started; 0 for the first. */
  pauseMs: number;
  startedAt: number;
  replacing?: NodeJS.Timeout;
}

class WorkerGroup implements Workers {
  readonly #log: Log;
  readonly #slots: Slot[];
  readonly #started = Promise.withResolvers<{ url: string; token: string | undefined }>();
  #instructions: Instructions | undefined;
  #token: string | undefined;
  #isStarted = false;
  #isClosing = false;

  constructor(wanted: number, log: Log) {
    this.#log = log;
    // Whoever never starts them need not hear that one ended.
    this.#started.promise.catch(() => {});
    this.#slots = Array.from({ length: wanted }, () => {
      const slot = { worker: cluster.fork(), isReady: false, pauseMs: 0, startedAt: Date.now() };
      this.#watch(slot);
      return slot;
    });
  }

  start(instructions: Instructions): Promise<{ url: string; token: string | undefined }> {
    this.#instructions = { ...instructions, withDemo: false };
    for (const [place, { worker }] of this.#slots.entries())
      tell(worker, { kind: 'start', ...instructions, withDemo: instructions.withDemo && place === 0 });
    return this.#started.promise;
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await Promise.all(
      this.#slots.map(async ({ worker, replacing }) => {
        clearTimeout(replacing);
        if (worker.isDead()) return;
        const ended = once(worker, 'exit');
        worker.process.kill('SIGTERM');
        const impatience = setTimeout(() => worker.process.kill('SIGKILL'), patienceMs);
        await ended;
        clearTimeout(impatience);
      }),
    );
  }

  #watch(slot: Slot): void {
    const { worker } = slot;
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'demo') this.#token = message.token;
      else this.#ready(slot, message.url);
    });
    worker.on('error', (cause) => this.#log.warn({ err: cause }, 'a worker cannot be reached'));
    worker.once('exit', (code, signal) => this.#ended(slot, code, signal));
  }

  #ready(slot: Slot, url: string): void {
    slot.isReady = true;
    this.#tellHealth();
    if (this.#isStarted || !this.#slots.every(({ isReady }) => isReady)) return;
    this.#isStarted = true;
    this.#started.resolve({ url, token: this.#token });
  }

  #ended(slot: Slot, code: number | null, signal: string | null): void {
    slot.isReady = false;
    if (this.#isClosing) return;
    if (!this.#isStarted) {
      this.#started.reject(
        new Error('A process of the graph ended before it was ready; what it said is above'),
      );
      return;
    }
    const pauseMs = pauseAfter(slot.pauseMs, Date.now() - slot.startedAt);
    slot.pauseMs = pauseMs;
    const { pid } = slot.worker.process;
    this.#log.error({ worker: pid, code, signal, pauseMs }, 'a worker ended; another takes its place');
    this.#tellHealth();
    slot.replacing = setTimeout(() => this.#replace(slot), pauseMs);
  }

  #replace(slot: Slot): void {
    slot.worker = cluster.fork();
    slot.startedAt = Date.now();
    this.#watch(slot);
    if (this.#instructions !== undefined) tell(slot.worker, { kind: 'start', ...this.#instructions });
  }

  #tellHealth(): void {
    const running = this.#slots.filter(({ isReady }) => isReady).length;
    const health = { wanted: this.#slots.length, running };
    for (const { worker } of this.#slots) if (worker.isConnected()) tell(worker, { kind: 'health', health });
  }
}

function tell(worker: Worker, message: ToWorker): void {
  // One that is just dying is heard of by its exit.
  worker.send(message, () => {});
}
