// Several worker processes share one port; each runs the whole graph (worker.ts). The primary, this process, replaces a worker that
// ends, after a pause that grows while workers keep ending. Node gives connections to the workers in turn. PostgreSQL, migrations
// and the sandbox exist once, in the primary, which answers no request itself.
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type { WorkersHealth } from '../../gateway/options.ts';
import type { Log } from '../../platform/process/log.ts';

/** What a worker receives before it opens anything. */
export interface Instructions {
  /** Environment variables in addition to those of the primary. */
  variables: Readonly<Record<string, string>>;
  supergraphSdl: string;
  /** True for the worker that writes the demo rows. */
  withDemo: boolean;
}

export type ToWorker = ({ kind: 'start' } & Instructions) | { kind: 'health'; health: WorkersHealth };

export type FromWorker = { kind: 'ready'; url: string } | { kind: 'demo'; token: string };

export interface Workers {
  /** Resolves when all workers are ready. Rejects when one ends before that. */
  start: (instructions: Instructions) => Promise<{ url: string; token: string | undefined }>;
  close: () => Promise<void>;
}

/** The first and the longest pause before a worker is replaced. A worker that ran for `resetAfterMs` gets the first pause again. */
const firstPauseMs = 100;
const maxPauseMs = 10_000;
const resetAfterMs = 30_000;

/** A worker ends by itself within five seconds (platform/process/lifecycle.ts), and PostgreSQL must be stopped after it. */
const stopTimeoutMs = 4_600;

/** Starts the worker processes, which load the code and wait for instructions. */
export function openWorkers(wanted: number, drainMs: number, log: Log): Workers {
  return new WorkerGroup(wanted, drainMs, log);
}

/** The pause before the next replacement, from the last pause and the time that the worker ran. */
export function computePause(pauseMs: number, ranMs: number): number {
  if (pauseMs === 0 || ranMs > resetAfterMs) return firstPauseMs;
  return Math.min(pauseMs * 2, maxPauseMs);
}

interface Slot {
  worker: Worker;
  isReady: boolean;
  /** The pause before this worker was started; 0 for the first worker. */
  pauseMs: number;
  startedAt: number;
  replacing?: NodeJS.Timeout;
}

class WorkerGroup implements Workers {
  readonly #log: Log;
  readonly #drainMs: number;
  readonly #slots: Slot[];
  readonly #started = Promise.withResolvers<{ url: string; token: string | undefined }>();
  #instructions: Instructions | undefined;
  #token: string | undefined;
  #isStarted = false;
  #isClosing = false;

  constructor(wanted: number, drainMs: number, log: Log) {
    this.#log = log;
    this.#drainMs = drainMs;
    // A caller that never calls start must not see an unhandled rejection.
    this.#started.promise.catch(() => {});
    this.#slots = Array.from({ length: wanted }, () => {
      const slot = { worker: cluster.fork(), isReady: false, pauseMs: 0, startedAt: Date.now() };
      this.#watch(slot);
      return slot;
    });
  }

  start(instructions: Instructions): Promise<{ url: string; token: string | undefined }> {
    this.#instructions = { ...instructions, withDemo: false };
    for (const [index, { worker }] of this.#slots.entries())
      send(worker, { kind: 'start', ...instructions, withDemo: instructions.withDemo && index === 0 });
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
        const killTimer = setTimeout(() => worker.process.kill('SIGKILL'), this.#drainMs + stopTimeoutMs);
        await ended;
        clearTimeout(killTimer);
      }),
    );
  }

  #watch(slot: Slot): void {
    const { worker } = slot;
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'demo') this.#token = message.token;
      else this.#markReady(slot, message.url);
    });
    worker.on('error', (cause) => this.#log.warn({ err: cause }, 'a worker cannot be reached'));
    worker.once('exit', (code, signal) => this.#handleExit(slot, code, signal));
  }

  #markReady(slot: Slot, url: string): void {
    slot.isReady = true;
    this.#sendHealth();
    if (this.#isStarted || !this.#slots.every(({ isReady }) => isReady)) return;
    this.#isStarted = true;
    this.#started.resolve({ url, token: this.#token });
  }

  #handleExit(slot: Slot, code: number | null, signal: string | null): void {
    slot.isReady = false;
    if (this.#isClosing) return;
    if (!this.#isStarted) {
      this.#started.reject(new Error('A worker ended before it was ready; its output is above'));
      return;
    }
    const pauseMs = computePause(slot.pauseMs, Date.now() - slot.startedAt);
    slot.pauseMs = pauseMs;
    const { pid } = slot.worker.process;
    this.#log.error({ worker: pid, code, signal, pauseMs }, 'a worker ended; another takes its place');
    this.#sendHealth();
    slot.replacing = setTimeout(() => this.#replace(slot), pauseMs);
  }

  #replace(slot: Slot): void {
    slot.worker = cluster.fork();
    slot.startedAt = Date.now();
    this.#watch(slot);
    if (this.#instructions !== undefined) send(slot.worker, { kind: 'start', ...this.#instructions });
  }

  #sendHealth(): void {
    const running = this.#slots.filter(({ isReady }) => isReady).length;
    const health = { wanted: this.#slots.length, running };
    for (const { worker } of this.#slots) if (worker.isConnected()) send(worker, { kind: 'health', health });
  }
}

function send(worker: Worker, message: ToWorker): void {
  // A failed send needs no report: the exit event of the worker follows.
  worker.send(message, () => {});
}
