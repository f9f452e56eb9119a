// Merges the data of two responses about the same objects.

type JsonObject = Readonly<Record<string, unknown>>;

/** Merges objects field by field, and lists item by item. Null wins, because the object with the other fields is lost there. */
export function mergeData(one: unknown, other: unknown): unknown {
  if (one === null || other === null) return null;
  if (Array.isArray(one) && Array.isArray(other)) {
    if (one.length !== other.length) throw new Error(`a list of ${one.length} and of ${other.length} items`);
    return one.map((item, index) => mergeData(item, other[index]));
  }
  if (isObject(one) && isObject(other)) {
    const fields = new Map(Object.entries(one));
    for (const [name, value] of Object.entries(other))
      fields.set(name, fields.has(name) ? mergeData(fields.get(name), value) : value);
    return Object.fromEntries(fields);
  }
  return other;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
