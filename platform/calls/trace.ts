// Trace ids in the form of W3C Trace Context, so that the log lines of all processes can be found for one request of a client.
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** W3C Trace Context forbids version ff, and ids that consist of zeros. */
const traceparentPattern = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The caller's trace id from a `traceparent` header, or a new trace id when the header has no valid one. */
export function getTraceId(header: string | string[] | undefined): string {
  const id = typeof header === 'string' ? traceparentPattern.exec(header)?.[1] : undefined;
  return id ?? newTraceId();
}

/** A random UUID without dashes: Node draws UUIDs from a buffer of random bytes, at a tenth of the cost of `randomBytes(16)`. */
export function newTraceId(): string {
  return randomUUID().replaceAll('-', '');
}

export function formatTraceparent(traceId: string): string {
  return `00-${traceId}-${newTraceId().slice(16)}-01`;
}

/** Knows the trace of the operation that the running code belongs to, for lines of the log far below the operation. */
export interface TraceScope {
  run: <Result>(traceId: string, work: () => Result) => Result;
  current: () => string | undefined;
}

/** Each promise of an operation carries the scope, which has a cost: only a log of each statement is worth it. */
export function createTraceScope(isEnabled: boolean): TraceScope {
  if (!isEnabled) return { run: (_traceId, work) => work(), current: () => undefined };
  const storage = new AsyncLocalStorage<string>();
  return { run: (traceId, work) => storage.run(traceId, work), current: () => storage.getStore() };
}
