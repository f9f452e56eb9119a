// Places in an answer, and how far it has them: the engine also fetches what no client asked for, under names of its own.

export type ResponsePath = readonly (string | number)[];

/** The path as far as the data has it. A place inside something that is null stays as it is: that is why it is null. */
export function truncatePath(data: unknown, path: ResponsePath): ResponsePath {
  let value = data;
  for (const [steps, key] of path.entries()) {
    if (value === null) return path;
    value = getValueAt(value, key);
    if (value === undefined) return path.slice(0, steps);
  }
  return path;
}

/** Undefined where the value has no such place. */
export function getValueAt(value: unknown, key: string | number): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, key) ? (value as Record<string | number, unknown>)[key] : undefined;
}
