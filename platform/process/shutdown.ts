// The resources that a process has open. They close in the reverse order of opening: the server first, the databases last.
import { watchParentUnderNpm } from './npm-parent.ts';

export class OpenResources {
  readonly #entries: { name: string; close: () => Promise<unknown> }[] = [];

  /** Adds a resource that is open now, with the function that closes it. */
  add(name: string, close: () => Promise<unknown>): void {
    this.#entries.push({ name, close });
  }

  /**
   * Closes all resources, the newest first. A failure does not keep the other resources open; all failures are returned. When
   * `hurry` aborts, those that are left close at once, without one waiting for another. When `giveUp` aborts, those that are not
   * closed yet are returned with the failure UnclosedInTime.
   */
  async close(limits: { hurry?: AbortSignal; giveUp?: AbortSignal } = {}): Promise<CloseFailure[]> {
    const failures: CloseFailure[] = [];
    const closing = new Set<string>();
    const closeOne = async ({ name, close }: { name: string; close: () => Promise<unknown> }) => {
      closing.add(name);
      try {
        await close();
      } catch (cause) {
        failures.push({ name, cause });
      }
      closing.delete(name);
    };
    const hurried = waitForAbort(limits.hurry);
    const started: Promise<void>[] = [];
    for (let next = this.#entries.pop(); next !== undefined; next = this.#entries.pop()) {
      const closed = closeOne(next);
      started.push(closed);
      await Promise.race([closed, hurried]);
    }
    await Promise.race([Promise.all(started), waitForAbort(limits.giveUp)]);
    return [...failures, ...[...closing].map((name) => ({ name, cause: new UnclosedInTime() }))];
  }
}

export interface CloseFailure {
  name: string;
  cause: unknown;
}

/** The process ends without waiting for this resource: what it waits for does not answer. */
export class UnclosedInTime extends Error {
  override name = 'UnclosedInTime';
  constructor() {
    super('it did not close in time');
  }
}

/** Never resolves without a signal. */
function waitForAbort(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve();
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
}

const hurriedStop = new AbortController();

/** From now on the resources of this process close without waiting for each other, and fail for that reason. */
export function hurryStop(): void {
  hurriedStop.abort();
}

export function isStopHurried(): boolean {
  return hurriedStop.signal.aborted;
}

/** The signals that ask a process to end: Ctrl-C, a supervisor, and a terminal that was closed. */
export const endSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Resolves when a signal requests the end of the process, or when npm, which has started it, ends. Further signals change
 * nothing: under npm, one Ctrl-C arrives twice, from the terminal and from npm. lifecycle.ts limits how long a stop takes.
 */
export function waitForEndRequest(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of endSignals) process.on(signal, () => resolve(signal));
    watchParentUnderNpm(() => resolve('npm has ended'));
  });
}
