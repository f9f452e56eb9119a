// Ids are UUIDv7 (RFC 9562), created in the application. They sort by time of creation, so that lists can be paged by id.
import { v7, validate } from 'uuid';

export const newId = (): string => v7();

export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && validate(value);
}
