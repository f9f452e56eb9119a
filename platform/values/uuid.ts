// Ids are UUIDv7 (RFC 9562), created in the application. They sort by time of creation, so that lists can be paged by id.
import { v7, validate } from 'uuid';

export const newId = (): string => v7();

export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && validate(value);
}

/** The highest time that a UUIDv7 can have, in milliseconds since 1970. */
const maxTimeMs = 2 ** 48 - 1;

/** The lowest UUIDv7 of a time, in milliseconds since 1970. A time outside of the range gives the nearest one within it. */
export function buildLowestId(timeMs: number): string {
  const time = Math.min(Math.max(timeMs, 0), maxTimeMs).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
}
