// The cursors of lists. A cursor is the id of a row, with a checksum over the list, its arguments and the id. So a cursor of another
// list, of other arguments or of another owner is refused, and so is one that was changed.
// A cursor is neither a secret nor a permission: one that somebody computes gives another position in the same list, and the rows of
// a list are those that its field allows the viewer. So the checksum needs no key, and every instance reads every cursor.
import { crc32 } from 'node:zlib';
import { isUuid } from '../values/uuid.ts';

/** The list to which a cursor belongs, as the checksum over its field, arguments and owner. */
export type ListKey = number;

const idLength = 36;

/**
 * Builds the key of a list: its field, such as `Account.purchases`, the arguments that choose its rows, and the entity whose list it
 * is. Arguments with the same meaning give the same key: null is the same as absent, and the order of fields does not count.
 */
export function buildListKey(field: string, args: Readonly<Record<string, unknown>>, ownerId = ''): ListKey {
  return crc32(JSON.stringify([field, ownerId, canonicalize(args)]));
}

export function formatCursor(list: ListKey, id: string): string {
  return Buffer.from(`${id}${crc32(id, list).toString(16)}`, 'latin1').toString('base64url');
}

/** Reads the id from a cursor. Returns null for a text that is no cursor of this list. */
export function parseCursor(list: ListKey, cursor: string): string | null {
  const id = Buffer.from(cursor, 'base64url').toString('latin1', 0, idLength);
  return isUuid(id) && formatCursor(list, id) === cursor ? id : null;
}

/** Arguments as sorted pairs, without those that are null or empty. */
function canonicalize(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(canonicalize);
  if (!isInputObject(value)) return value ?? null;
  const pairs = Object.entries(value)
    .map(([name, field]) => [name, canonicalize(field)] as const)
    .filter(([, field]) => field !== null)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return pairs.length === 0 ? null : pairs;
}

/** False for the object of a custom scalar, such as a Date, which JSON.stringify converts. */
function isInputObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
