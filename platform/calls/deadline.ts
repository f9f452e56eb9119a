// When a request must end. Within one process a deadline is a point in time. Between processes a header carries the time that
// is left, because clocks differ. A server that knows the deadline stops in time, even when the network loses the disconnect
// of its caller.
import type { ServerResponse } from 'node:http';

/** Carries how many milliseconds the caller still waits. */
export const timeoutHeader = 'request-timeout-ms';

export function getTimeLeft(deadline: number): number {
  return deadline - Date.now();
}

/** The header's value is at least one millisecond, because a request without time left is never sent. */
export function formatTimeout(deadline: number): string {
  return String(Math.max(1, Math.ceil(getTimeLeft(deadline))));
}

/** The caller's timeout or the server's own, whichever is shorter. A header that is no whole number above zero is ignored. */
export function parseTimeout(header: string | string[] | undefined, ownMs: number): number {
  if (typeof header !== 'string' || !/^[1-9][0-9]{0,8}$/.test(header)) return ownMs;
  return Math.min(Number(header), ownMs);
}

export interface Timeout {
  /** Aborts at the deadline with a TimeoutError, or earlier with the reason that `abort` or another signal gave. */
  signal: AbortSignal;
  abort: (reason: unknown) => void;
  /** To call when the work is done: it stops the timer and removes all listeners. */
  clear: () => void;
}

/**
 * A timeout that can be cleared: AbortSignal.timeout keeps its timer and all its listeners until it fires. The timeout also
 * aborts when one of the given signals does.
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
  const abortedSignal = signals.find(({ aborted }) => aborted);
  if (abortedSignal !== undefined) abort(abortedSignal.reason);
  return { signal: controller.signal, abort, clear };
}

/** The caller closed its connection before it had the response: it was stopped, or no longer waits. */
export class CallerGone extends Error {
  override name = 'CallerGone';
  constructor() {
    super('the caller went away');
  }
}

/** True for the error that ended a request whose caller has gone, also where another error wraps it. */
export function isCallerGone(error: unknown): boolean {
  return error instanceof Error && (error instanceof CallerGone || isCallerGone(error.cause));
}

/** The timeout of a request to this server. It also aborts when the caller disconnects before the response is complete. */
export function startResponseTimeout(response: ServerResponse, ms: number): Timeout {
  const timeout = startTimeout(ms);
  response.once('close', () => {
    if (response.writableFinished) timeout.clear();
    else timeout.abort(new CallerGone());
  });
  return timeout;
}

/** Settles like the work, or rejects with the signal's reason as soon as the signal aborts, even if the work ignores it. */
export function rejectOnAbort<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const rejectNow = () => reject(signal.reason);
    if (signal.aborted) rejectNow();
    else signal.addEventListener('abort', rejectNow, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', rejectNow));
  });
}

/** True for the reason that AbortSignal.timeout gives, and for that of `startTimeout`. */
export function isTimeout(reason: unknown): boolean {
  return (reason as { name?: unknown } | null | undefined)?.name === 'TimeoutError';
}

/** The longest delay that setTimeout accepts. */
const maxTimerMs = 2 ** 31 - 1;

function buildTimeoutError(): DOMException {
  return new DOMException('The deadline has passed', 'TimeoutError');
}
