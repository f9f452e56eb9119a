// Serializes results as JSON. A cached response comes with its text, and a result that several requests share is serialized
// once. Apollo Server calls `stringifyResult` with the result alone, without its request: the data, by identity, is the only key.
import type { FormattedExecutionResult } from 'graphql';

export class ResponseTexts {
  /** Undefined until the first of several requests has serialized the shared result. */
  readonly #byData = new WeakMap<object, string | undefined>();

  /** Data that several requests will send. */
  expectSeveral(data: object): void {
    this.#byData.set(data, undefined);
  }

  set(data: object, text: string): void {
    this.#byData.set(data, text);
  }

  stringify(result: FormattedExecutionResult): string {
    const { data, errors, extensions } = result;
    if (errors !== undefined || data == null || !this.#byData.has(data)) return serialize(result);
    const known = this.#byData.get(data);
    if (known !== undefined) return extensions === undefined ? known : addExtensions(known, extensions);
    const text = serialize(result);
    if (extensions === undefined) this.#byData.set(data, text);
    return text;
  }
}

/** Adds what one request is told to the text that it shares with others. The text ends as `serialize` writes it. */
function addExtensions(text: string, extensions: object): string {
  return `${text.slice(0, -2)},"extensions":${JSON.stringify(extensions)}}\n`;
}

/** With a line break at its end, as Apollo Server writes it: for people at a terminal. */
export function serialize(result: FormattedExecutionResult): string {
  return `${JSON.stringify(result)}\n`;
}
