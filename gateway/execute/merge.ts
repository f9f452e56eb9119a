// Merges the data of several fetches about the same object into one object.
import { getOwn, isJsonObject, type JsonObject, setOwn } from '../json-object.ts';

/**
 * Merges the data of another fetch about the same object into `target`. Each fetch knows a part of the object: objects are
 * merged, and lists of the same length item by item. A known value wins over null, and otherwise the later value wins.
 */
export function mergeInto(target: JsonObject, source: JsonObject): void {
  for (const key of Object.keys(source)) {
    const value = source[key];
    if (value === undefined) continue;
    const known = getOwn(target, key);
    if (known === undefined || !tryMerge(known, value)) setOwn(target, key, value);
  }
}

function mergeLists(target: unknown[], source: readonly unknown[]): void {
  for (const [index, value] of source.entries()) if (!tryMerge(target[index], value)) target[index] = value;
}

/** Returns false when `value` must replace `known`. */
function tryMerge(known: unknown, value: unknown): boolean {
  if (isJsonObject(known) && isJsonObject(value)) mergeInto(known, value);
  else if (Array.isArray(known) && Array.isArray(value) && known.length === value.length)
    mergeLists(known, value);
  else return value === null;
  return true;
}
