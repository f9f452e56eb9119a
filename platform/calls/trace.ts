// Trace ids in the form of W3C Trace Context, so that a log line in any process finds the client's request.
import { randomUUID } from 'node:crypto';

/** Any version but ff; an id of zeros only is none. */
const traceparentPattern = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Takes the caller's trace id from a `traceparent` header, or makes a new one when there is none that is valid. */
export function getTraceId(header: string | string[] | undefined): string {
  const id = typeof header === 'string' ? traceparentPattern.exec(header)?.[1] : undefined;
  return id ?? newTraceId();
}

/** A random UUID without its dashes: Node makes them from a store of random bytes, a tenth of the cost of asking for sixteen. */
export function newTraceId(): string {
  return randomUUID().replaceAll('-', '');
}

export function formatTraceparent(traceId: string): string {
  return `00-${traceId}-${newTraceId().slice(16)}-01`;
}
