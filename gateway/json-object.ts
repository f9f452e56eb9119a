// Objects that came as JSON from somebody else. Any name may be a key, "__proto__" and "constructor" included: reading never
// reaches a prototype, writing never changes one.

export type JsonObject = Record<string, unknown>;

/** Names that every object seems to have. */
const inherited = new Set(Object.getOwnPropertyNames(Object.prototype));

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Undefined where the object itself has no such key. */
export function getOwn<Value>(object: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return inherited.has(key) && !Object.hasOwn(object, key) ? undefined : object[key];
}

/** The same for one key that is read often: the question is asked once. */
export function ownKeyReader(key: string): (object: JsonObject) => unknown {
  return inherited.has(key) ? (object) => getOwn(object, key) : (object) => object[key];
}

export function setOwn(object: JsonObject, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}
