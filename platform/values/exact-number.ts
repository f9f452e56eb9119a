// Numbers of JSON that a JavaScript number cannot hold as they are written: integers of 64 bits, decimals of many digits or with
// zeros at their end, 1e400. Only the subgraph that defines a scalar knows what its digits mean, so the gateway passes them on.

const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown };

/** It has no property of its own, and never changes, so that several responses can share one. */
export class ExactNumber {
  readonly #text: string;

  /** The text must be a number of JSON. */
  constructor(text: string) {
    this.#text = text;
  }

  /** The number as it was written. `BigInt(exact)` and `Number(exact)` read it too. */
  toString(): string {
    return this.#text;
  }

  /**
   * JSON.stringify writes the same digits again. It names the place of the value; the messages of graphql-js ask without a place,
   * and print the text.
   */
  toJSON(place?: string): unknown {
    return place === undefined ? this.#text : rawJSON(this.#text);
  }

  /** Without a fraction and an exponent: of the scalars of GraphQL, an ID may be written so. */
  get isInteger(): boolean {
    return /^-?\d+$/.test(this.#text);
  }
}

/**
 * Matches every JSON text with a number whose JavaScript number would be written otherwise: with an exponent, a zero at the end
 * of a fraction, sixteen digits or more, or -0. It also matches some other texts, which then are parsed slowly.
 */
const exactNumber =
  /(?:^|[:,[\s])-?(?:0(?<=-0)(?![.\d])|\d(?:[\d.]{15}|[\d.]*(?:[eE]|(?<=\.\d*0)(?=[,\]}\s]|$))))/;

export function mayContainExactNumber(text: string): boolean {
  return exactNumber.test(text);
}

/** JSON.parse, with an ExactNumber in the place of each number that would change. */
export function parseExactJson(text: string): unknown {
  return mayContainExactNumber(text) ? JSON.parse(text, keepExactNumber) : JSON.parse(text);
}

/** For the second argument of JSON.parse. */
export function keepExactNumber(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  if (typeof value !== 'number' || source === undefined) return value;
  // An exponent is kept even where JSON.stringify would write it too: an ID may not be written so.
  if (isWrittenAs(value, source) && !source.includes('e')) return value;
  return new ExactNumber(source);
}

/** Whether JSON.stringify writes the number in this way. It writes -0 as 0, as String does. */
export function isWrittenAs(value: number, text: string): boolean {
  return String(value) === text;
}

/** Recursive: the value comes from JSON of limited depth. */
export function containsExactNumber(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof ExactNumber) return true;
  for (const key in value) if (containsExactNumber((value as Record<string, unknown>)[key])) return true;
  return false;
}
