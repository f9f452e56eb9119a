// Trace ids in the form of W3C Trace Context, so that the log lines of all processes can be found for one request of a client.
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
