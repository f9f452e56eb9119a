// What two fetches answered about the same object becomes one.
import { isRaw, own, type Raw, setOwn } from '../fetch/json-object.ts';

/**
 * Adds what a later fetch answered about the same object. Both know the object in parts: objects are merged, lists of
 * the same length item by item, everything else is taken from the later one.
 */
export function mergeInto(target: Raw, source: Raw): void {
  for (const key of Object.keys(source)) {
    const value = source[key];
    if (value === undefined) continue;
    const known = own(target, key);
    if (isRaw(known) && isRaw(value)) mergeInto(known, value);
    else if (Array.isArray(known) && Array.isArray(value) && known.length === value.length)
      mergeLists(known, value);
    else setOwn(target, key, value);
  }
}

function mergeLists(target: unknown[], source: readonly unknown[]): void {
  for (const [index, value] of source.entries()) {
    const known = target[index];
    if (isRaw(known) && isRaw(value)) mergeInto(known, value);
    else if (Array.isArray(known) && Array.isArray(value) && known.length === value.length)
      mergeLists(known, value);
    else target[index] = value;
  }
}
