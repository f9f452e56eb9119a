// The values that the page takes from answers, such as the token of a sign-in. They live as long as the page.
import type { RememberedValue } from '../platform/console/content.ts';

export interface Remembered {
  get: (name: string) => string | undefined;
  /** Takes the values that this answer has. */
  takeFrom: (data: unknown) => void;
  forget: (name: string) => void;
  /** Replaces each "{{name}}" in the texts of a value. Throws when there is no such value yet. */
  fill: <Value>(value: Value) => Value;
  subscribe: (listener: () => void) => () => void;
}

export function createRemembered(wanted: readonly RememberedValue[]): Remembered {
  const values = new Map<string, string>();
  const listeners = new Set<() => void>();
  const change = (name: string, value: string | undefined): void => {
    if (value === undefined) values.delete(name);
    else values.set(name, value);
    for (const listener of listeners) listener();
  };
  const replace = (_match: string, name: string): string => {
    const value = values.get(name);
    if (value !== undefined) return value;
    const from = wanted.find((one) => one.name === name)?.from;
    throw new Error(
      from === undefined
        ? `The page has no value for {{${name}}}.`
        : `{{${name}}} comes from the answer to ${from}: run ${from} first, or write a value in its place.`,
    );
  };
  return {
    get: (name) => values.get(name),
    takeFrom(data) {
      for (const { name, path } of wanted) {
        const value = readPath(data, path);
        if (typeof value === 'string') change(name, value);
      }
    },
    forget: (name) => change(name, undefined),
    fill: <Value>(value: Value) => fillTexts(value, replace) as Value,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function readPath(data: unknown, path: string): unknown {
  let value = data;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function fillTexts(value: unknown, replace: (match: string, name: string) => string): unknown {
  if (typeof value === 'string') return value.replaceAll(/\{\{(\w+)\}\}/g, replace);
  if (Array.isArray(value)) return value.map((item) => fillTexts(item, replace));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillTexts(item, replace)]));
}
