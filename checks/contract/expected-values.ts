// Compares the values of a response with the values that a fixture expects. Only the fields that the fixture names are compared,
// so that a new field, or one that no operation selects any more, is not a difference.

/** One line for each difference: `edges.0.node.stock: is 0, not 7`. */
export function findDifferences(value: unknown, expected: unknown, path: string): string[] {
  if (value === undefined) return [`${path}: is missing, and the fixture expects it`];
  if (typeof expected !== 'object' || expected === null)
    return Object.is(value, expected)
      ? []
      : [`${path}: is ${abbreviate(value)}, not ${abbreviate(expected)}`];
  if (Array.isArray(expected)) {
    if (!Array.isArray(value)) return [`${path}: is ${abbreviate(value)}, not a list`];
    if (value.length !== expected.length) return [`${path}: holds ${value.length}, not ${expected.length}`];
    return expected.flatMap((item, index) => findDifferences(value[index], item, `${path}.${index}`));
  }
  if (typeof value !== 'object' || value === null) return [`${path}: is ${abbreviate(value)}, not an object`];
  const object = value as Readonly<Record<string, unknown>>;
  return Object.entries(expected).flatMap(([key, item]) =>
    findDifferences(object[key], item, `${path}.${key}`),
  );
}

function abbreviate(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
