// Paths into a response, and how much of a path a response has: the executor also fetches fields that no client selected, under
// names of its own, and errors can point at these.

export type ResponsePath = readonly (string | number)[];

/** As much of the path as the data has. A path through a null stays whole: its error is the reason for the null. */
export function truncatePath(data: unknown, path: ResponsePath): ResponsePath {
  let value = data;
  for (const [steps, key] of path.entries()) {
    if (value === null) return path;
    value = getValueAt(value, key);
    if (value === undefined) return path.slice(0, steps);
  }
  return path;
}

/** Undefined where the value has no own property of this name. */
export function getValueAt(value: unknown, key: string | number): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, key) ? (value as Record<string | number, unknown>)[key] : undefined;
}
