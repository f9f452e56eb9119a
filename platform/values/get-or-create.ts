// Looks a value up, and creates it for the first who needs it.

/** The value of a key; the map gets it from `create` when it has none yet. */
export function getOrCreate<Key, Value>(
  known: Map<Key, Value>,
  key: Key,
  create: (key: Key) => Value,
): Value {
  let value = known.get(key);
  if (value === undefined) {
    value = create(key);
    known.set(key, value);
  }
  return value;
}
