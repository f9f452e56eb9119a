// When a request must be over. In one process a deadline is a point in time; between processes the time that is left
// travels, since their clocks differ. A server so told stops working even when the network swallows the caller's hang-up.
import type { ServerResponse } from 'node:http';

/** Milliseconds the caller still waits. */
export const timeoutHeader = 'request-timeout-ms';

export function getTimeLeft(deadline: number): number {
  return deadline - Date.now();
}

/** The header's value: at least one millisecond, since a request that is sent has not run out of time. */
export function formatTimeout(deadline: number): string {
  return String(Math.max(1, Math.ceil(getTimeLeft(deadline))));
}

/** The caller's patience or ours, whichever ends first. A header that is no whole number above zero says nothing. */
export function parseTimeout(header: string | string[] | undefined, ownMs: number): number {
  if (typeof header !== 'string' || !/^[1-9][0-9]{0,8}$/.test(header)) return ownMs;
  return Math.min(Number(header), ownMs);
}

export interface Timeout {
  /** Aborts at the deadline with a TimeoutError, or when whoever may end it does, with their reason. */
  signal: AbortSignal;
  abort: (reason: unknown) => void;
  /** For when the work is done: nothing of it stays in memory, and no timer runs on. */
  clear: () => void;
}

/**
 * A deadline that can be taken back: AbortSignal.timeout keeps its timer, and with it all who listen, until it fires.
 * It also ends when one of the others does.
 */
export function startTimeout(ms: number, ...signals: readonly AbortSignal[]): Timeout {
  const controller = new AbortController();
  const abort = (reason: unknown) => {
    clear();
    controller.abort(reason);
  };
  const timer = setTimeout(() => abort(buildTimeoutError()), Math.min(Math.max(ms, 0), maxTimerMs)).unref();
  const listeners = signals.map((signal) => [signal, () => abort(signal.reason)] as const);
  const clear = () => {
    clearTimeout(timer);
    for (const [signal, listener] of listeners) signal.removeEventListener('abort', listener);
  };
  for (const [signal, listener] of listeners) signal.addEventListener('abort', listener, { once: true });
  const over = signals.find(({ aborted }) => aborted);
  if (over !== undefined) abort(over.reason);
  return { signal: controller.signal, abort, clear };
}

/** The end of a request that is answered here: when its time is up, or when whoever asked hangs up before the answer is out. */
export function startResponseTimeout(response: ServerResponse, ms: number): Timeout {
  const ending = startTimeout(ms);
  response.once('close', () => {
    if (response.writableFinished) ending.clear();
    else ending.abort(new Error('the caller went away'));
  });
  return ending;
}

/** What runs, or the signal's reason as soon as it aborts: also of work that takes no notice of it. */
export function rejectOnAbort<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const rejectNow = () => reject(signal.reason);
    if (signal.aborted) rejectNow();
    else signal.addEventListener('abort', rejectNow, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', rejectNow));
  });
}

/** As AbortSignal.timeout has it. */
export function isTimeout(reason: unknown): boolean {
  return (reason as { name?: unknown } | null | undefined)?.name === 'TimeoutError';
}

/** setTimeout takes no more. */
const maxTimerMs = 2 ** 31 - 1;

function buildTimeoutError(): DOMException {
  return new DOMException('The time for this is over', 'TimeoutError');
}
