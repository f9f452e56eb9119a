// Two answers about the same things, put together.

type Answer = Readonly<Record<string, unknown>>;

/** Objects field by field, lists item by item. Null wins: it took the other answer's fields with it. */
export function merged(one: unknown, other: unknown): unknown {
  if (one === null || other === null) return null;
  if (Array.isArray(one) && Array.isArray(other)) {
    if (one.length !== other.length) throw new Error(`a list of ${one.length} and of ${other.length} items`);
    return one.map((item, index) => merged(item, other[index]));
  }
  if (isAnswer(one) && isAnswer(other)) {
    const fields = new Map(Object.entries(one));
    for (const [name, value] of Object.entries(other))
      fields.set(name, fields.has(name) ? merged(fields.get(name), value) : value);
    return Object.fromEntries(fields);
  }
  return other;
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
