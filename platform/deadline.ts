// When a request must be over. In one process a deadline is a point in time; between processes the time that is left
// travels, since their clocks differ. A server so told stops working even when the network swallows the caller's hang-up.

/** Milliseconds the caller still waits. */
export const timeoutHeader = 'request-timeout-ms';

export function timeLeft(deadline: number): number {
  return deadline - Date.now();
}

/** The header's value: at least one millisecond, since a request that is sent has not run out of time. */
export function timeoutOf(deadline: number): string {
  return String(Math.max(1, Math.ceil(timeLeft(deadline))));
}

/** The caller's patience or ours, whichever ends first. A header that is no whole number above zero says nothing. */
export function timeoutFrom(header: string | string[] | undefined, ownMs: number): number {
  if (typeof header !== 'string' || !/^[1-9][0-9]{0,8}$/.test(header)) return ownMs;
  return Math.min(Number(header), ownMs);
}
