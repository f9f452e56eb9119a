// The lifecycle of every process: it opens resources in order, waits for a signal that requests the end, and closes them in reverse
// order. It always ends within five seconds after that signal, and says what it did not wait for. A problem at start becomes one
// sentence on standard error with exit code 1 (2 for wrong arguments), and closes the resources that are open already.
import { setImmediate } from 'node:timers/promises';
import { discardUnreadOutput } from './output.ts';
import {
  type CloseFailure,
  hurryStop,
  OpenResources,
  UnclosedInTime,
  waitForEndRequest,
} from './shutdown.ts';

/**
 * How long a stop may take, in milliseconds, from the signal on: until the resources close without waiting for each other, until the
 * process ends without them, and until it ends in any case. A supervisor kills most processes after ten seconds.
 */
const stopLimits = { hurryMs: 4_200, giveUpMs: 4_500, exitMs: 4_700 } as const;

/** Gets what a person or a log should know of a stop. */
export type ReportStop = (message: string, details: Readonly<Record<string, unknown>>) => void;

export interface Lifecycle {
  resources: OpenResources;
  /** Aborts when the end is requested, also during the start. */
  endSignal: AbortSignal;
  /** Has the stop reported from now on: that it began, and how it ended. */
  reportStop: (report: ReportStop) => void;
}

/** Call it before the code of the process is loaded. It never rejects: the exit code of the process tells whether it failed. */
export async function runUntilEnd(start: (lifecycle: Lifecycle) => Promise<void>): Promise<void> {
  const resources = new OpenResources();
  const ending = new AbortController();
  const limits = createStopLimits();
  let report: ReportStop = () => {};
  const requested = waitForEnd().then((reason) => {
    limits.start();
    report('stopping', { reason });
    ending.abort(new Error(`the process was asked to end: ${reason}`));
  });
  const reportStop = (next: ReportStop) => {
    report = next;
  };
  try {
    const started = start({ resources, endSignal: ending.signal, reportStop });
    // A start that is asked to end may wait for something that does not answer.
    await Promise.race([started, limits.hurried]);
    await requested;
  } catch (cause) {
    limits.start();
    if (!ending.signal.aborted) {
      process.stderr.write(`${describeError(cause)}\n`);
      process.exitCode = getExitCode(cause);
    }
  }
  const startedAt = performance.now();
  const failures = await resources.close(limits);
  reportFailures(failures, limits.hurry.aborted);
  // A start that failed has said why.
  if (ending.signal.aborted)
    report(describeStop(failures), { tookMs: Math.round(performance.now() - startedAt) });
  process.exit();
}

/** Throws when the end was requested while the code of the process was loaded. Call it before anything is opened. */
export async function throwIfEnding(endSignal: AbortSignal): Promise<void> {
  // Loading blocks the event loop, so that a signal is delivered after it. The first turn may begin after the moment of delivery.
  await setImmediate();
  await setImmediate();
  endSignal.throwIfAborted();
}

function createStopLimits() {
  const [hurry, giveUp] = [new AbortController(), new AbortController()];
  hurry.signal.addEventListener('abort', hurryStop);
  let isStarted = false;
  return {
    hurry: hurry.signal,
    giveUp: giveUp.signal,
    hurried: new Promise<void>((resolve) => hurry.signal.addEventListener('abort', () => resolve())),
    /** Starts the clock of the stop, once. */
    start: () => {
      if (isStarted) return;
      isStarted = true;
      setTimeout(() => hurry.abort(), stopLimits.hurryMs).unref();
      setTimeout(() => giveUp.abort(), stopLimits.giveUpMs).unref();
      // In case something keeps even that from running to its end.
      setTimeout(() => process.exit(process.exitCode ?? 0), stopLimits.exitMs).unref();
    },
  };
}

/** Resolves with the signal, or when nobody reads the output any more: then the process is done as well. */
function waitForEnd(): Promise<string> {
  return new Promise((resolve) => {
    waitForEndRequest().then(resolve);
    discardUnreadOutput(() => resolve('nobody reads its output'));
  });
}

/** In a stop that hurries, resources close under each other's feet: what fails then is said, and is no failure of the process. */
function reportFailures(failures: readonly CloseFailure[], hasHurried: boolean): void {
  for (const { name, cause } of failures.filter(
    ({ cause: failure }) => !(failure instanceof UnclosedInTime),
  )) {
    process.stderr.write(`${name} did not close: ${describeError(cause)}\n`);
    if (!hasHurried) process.exitCode = 1;
  }
}

function describeStop(failures: readonly CloseFailure[]): string {
  const unclosed = failures.filter(({ cause }) => cause instanceof UnclosedInTime).map(({ name }) => name);
  return unclosed.length === 0 ? 'stopped' : `stopped without waiting any longer for: ${unclosed.join(', ')}`;
}

/** The arguments of a command are wrong. The message is its usage. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** 2 for wrong arguments, which is what shells and most programs answer; otherwise 1. */
export function getExitCode(cause: unknown): number {
  return cause instanceof UsageError ? 2 : 1;
}

/** Describes an error for people: an expected problem in one sentence, a programming error with its stack. */
export function describeError(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const { code, syscall, address, port } = cause as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
  };
  if (syscall === 'listen' && code === 'EADDRINUSE') {
    return `Port ${port} of ${address} is in use by another program. Stop that program, or choose another port: PORT=${(port ?? 4000) + 1}`;
  }
  if (syscall === 'listen' && code === 'EACCES') {
    return `This user may not listen on port ${port}. Choose a port above 1023, like PORT=4000`;
  }
  if (syscall === 'listen' && code === 'EADDRNOTAVAIL')
    return `This machine has no address ${address}. Correct HOST`;
  const isProgrammingError =
    cause instanceof TypeError || cause instanceof ReferenceError || cause instanceof SyntaxError;
  return isProgrammingError ? (cause.stack ?? cause.message) : cause.message;
}
