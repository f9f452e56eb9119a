// What a fixture says must be answered, against what is. Only what it names is compared: a field that is new, or not asked
// for any more, is nobody's mistake.

/** One line for each difference: `edges.0.node.stock: is 0, not 7`. */
export function differences(value: unknown, expected: unknown, path: string): string[] {
  if (value === undefined) return [`${path}: is missing, and the fixture expects it`];
  if (typeof expected !== 'object' || expected === null)
    return Object.is(value, expected) ? [] : [`${path}: is ${short(value)}, not ${short(expected)}`];
  if (Array.isArray(expected)) {
    if (!Array.isArray(value)) return [`${path}: is ${short(value)}, not a list`];
    if (value.length !== expected.length) return [`${path}: holds ${value.length}, not ${expected.length}`];
    return expected.flatMap((item, index) => differences(value[index], item, `${path}.${index}`));
  }
  if (typeof value !== 'object' || value === null) return [`${path}: is ${short(value)}, not an object`];
  const object = value as Readonly<Record<string, unknown>>;
  return Object.entries(expected).flatMap(([key, item]) => differences(object[key], item, `${path}.${key}`));
}

function short(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
