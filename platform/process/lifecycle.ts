// The lifecycle of every process: it opens resources in order, waits for a signal that requests the end, and closes them in reverse
// order. It always ends within five seconds after that signal, or after the time that it drains (DRAIN_MS), and says what it did not
// wait for. A problem at start becomes one sentence on standard error with exit code 1 (2 for wrong arguments), and closes the resources
// that are open already. Where machines read the output, the sentence is the message of a line of the log.
import { setImmediate } from 'node:timers/promises';
import { discardUnreadOutput, serializeError, writeLogLine, writeNodeOutputAsLines } from './output.ts';
import {
  type CloseFailure,
  hurryStop,
  OpenResources,
  UnclosedInTime,
  waitForEndRequest,
} from './shutdown.ts';

/**
 * How long a stop may take, in milliseconds, from the signal or the end of the drain on: until the resources close without waiting for
 * each other, until the process ends without them, and until it ends in any case. A supervisor kills most processes after ten seconds.
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
  /** Gives a stop that begins later so many milliseconds more: call it before the process listens, with the time that it drains. */
  allowDrain: (drainMs: number) => void;
  /** From now on problems are lines of JSON under this name, as the log is: for machines that read the output. */
  writeLines: (name: string) => void;
}

/**
 * Call it before the code of the process is loaded. It never rejects: the exit code of the process tells whether it failed. With `name`,
 * every problem is a line of JSON from the beginning.
 */
export async function runUntilEnd(
  start: (lifecycle: Lifecycle) => Promise<void>,
  name?: string,
): Promise<void> {
  let complain = complainToPeople;
  const writeLines = (as: string) => {
    writeNodeOutputAsLines(as);
    complain = (problem) => complainInLine(as, problem);
  };
  if (name !== undefined) writeLines(name);
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
    const started = start({
      resources,
      endSignal: ending.signal,
      reportStop,
      allowDrain: limits.allowDrain,
      writeLines,
    });
    // A start that is asked to end may wait for something that does not answer.
    await Promise.race([started, limits.hurried]);
    await requested;
  } catch (cause) {
    limits.start();
    if (!ending.signal.aborted) {
      complain({ cause });
      process.exitCode = getExitCode(cause);
    }
  }
  const startedAt = performance.now();
  const failures = await resources.close(limits);
  reportFailures(failures, limits.hurry.aborted, complain);
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
  let drainMs = 0;
  return {
    allowDrain: (ms: number) => {
      drainMs = ms;
    },
    hurry: hurry.signal,
    giveUp: giveUp.signal,
    hurried: new Promise<void>((resolve) => hurry.signal.addEventListener('abort', () => resolve())),
    /** Starts the clock of the stop, once. */
    start: () => {
      if (isStarted) return;
      isStarted = true;
      setTimeout(() => hurry.abort(), drainMs + stopLimits.hurryMs).unref();
      setTimeout(() => giveUp.abort(), drainMs + stopLimits.giveUpMs).unref();
      // In case something keeps even that from running to its end.
      setTimeout(() => process.exit(process.exitCode ?? 0), drainMs + stopLimits.exitMs).unref();
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
function reportFailures(
  failures: readonly CloseFailure[],
  hasHurried: boolean,
  complain: (problem: Problem) => void,
): void {
  for (const { name, cause } of failures.filter(
    ({ cause: failure }) => !(failure instanceof UnclosedInTime),
  )) {
    complain({ cause, unclosed: name });
    if (!hasHurried) process.exitCode = 1;
  }
}

interface Problem {
  cause: unknown;
  /** The resource that did not close. Without it, the start has failed. */
  unclosed?: string;
}

function complainToPeople({ cause, unclosed }: Problem): void {
  process.stderr.write(`${describeProblem(describeError(cause), unclosed)}\n`);
}

/** Writes why a process failed, or what did not close, as a line of the log. */
export function complainInLine(name: string, { cause, unclosed }: Problem): void {
  const { problems } = Object(cause) as { problems?: unknown };
  const isBug = isProgrammingError(cause);
  const message = isBug ? (cause as Error).message : describeError(cause);
  writeLogLine(name, unclosed === undefined ? 'fatal' : 'error', describeProblem(message, unclosed), {
    ...(Array.isArray(problems) ? { problems } : {}),
    ...(isBug ? { err: serializeError(cause) } : {}),
  });
}

function describeProblem(sentence: string, unclosed: string | undefined): string {
  return unclosed === undefined ? sentence : `${unclosed} did not close: ${sentence}`;
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
  const { code, syscall, address, port, freePort } = cause as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
    /** See refuseTakenPort. */
    freePort?: number;
  };
  if (syscall === 'listen' && code === 'EADDRINUSE') {
    const another =
      freePort === undefined ? 'set PORT to another one' : `set PORT=${freePort}, which is free`;
    return `Port ${port} of ${address} is in use by another program. Stop that program, or ${another}`;
  }
  if (syscall === 'listen' && code === 'EACCES') {
    return `This user may not listen on port ${port}. Choose a port above 1023, like PORT=4000`;
  }
  if (syscall === 'listen' && code === 'EADDRNOTAVAIL')
    return `This machine has no address ${address}. Correct HOST`;
  return isProgrammingError(cause) ? (cause.stack ?? cause.message) : cause.message;
}

function isProgrammingError(cause: unknown): boolean {
  return cause instanceof TypeError || cause instanceof ReferenceError || cause instanceof SyntaxError;
}
