// What two fetches answered about the same object becomes one.
import { getOwn, isJsonObject, type JsonObject, setOwn } from '../json-object.ts';

/**
 * Adds what another fetch answered about the same object. Both know it in parts: objects are merged, lists of the same length
 * item by item. What one of them knows and the other one lost is known; of two values the later one stays.
 */
export function mergeInto(target: JsonObject, source: JsonObject): void {
  for (const key of Object.keys(source)) {
    const value = source[key];
    if (value === undefined) continue;
    const known = getOwn(target, key);
    if (known === undefined || !isMerged(known, value)) setOwn(target, key, value);
  }
}

function mergeLists(target: unknown[], source: readonly unknown[]): void {
  for (const [index, value] of source.entries()) if (!isMerged(target[index], value)) target[index] = value;
}

/** False when the value takes the place of what is known. */
function isMerged(known: unknown, value: unknown): boolean {
  if (isJsonObject(known) && isJsonObject(value)) mergeInto(known, value);
  else if (Array.isArray(known) && Array.isArray(value) && known.length === value.length)
    mergeLists(known, value);
  else return value === null;
  return true;
}
