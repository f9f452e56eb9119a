// Ids are UUIDv7 (RFC 9562), made in the application: they sort by time of creation, so they page as well.
import { v7, validate } from 'uuid';

export const newId = (): string => v7();

export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && validate(value);
}
