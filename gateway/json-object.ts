// Reads and writes objects that were parsed from JSON of clients and subgraphs. Such an object may have any key, "__proto__" and
// "constructor" included: reading never reaches a prototype, and writing never changes one.

import { ExactNumber } from '../platform/values/exact-number.ts';

export type JsonObject = Record<string, unknown>;

/** Names that every object inherits. */
const inheritedNames = new Set(Object.getOwnPropertyNames(Object.prototype));

export function isJsonObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
  );
}

/** Undefined when the object has no such key of its own. */
export function getOwn<Value>(object: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return inheritedNames.has(key) && !Object.hasOwn(object, key) ? undefined : object[key];
}

/** `getOwn` for a key that is read often: whether objects inherit the name is looked up once. */
export function createKeyReader(key: string): (object: JsonObject) => unknown {
  return inheritedNames.has(key) ? (object) => getOwn(object, key) : (object) => object[key];
}

export function setOwn(object: JsonObject, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}
