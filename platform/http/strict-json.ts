// Parses the JSON that clients and callers send: strict UTF-8, of limited depth, and without anything that another program
// would read differently (duplicate keys, prototype keys, NUL, lone surrogates). A number that a JavaScript number cannot hold as it
// is written becomes an ExactNumber.
import { keepExactNumber, mayContainExactNumber } from '../values/exact-number.ts';
import { countMembers, countWrittenMembers } from '../values/json-members.ts';

/** Why a text is refused. The message repeats nothing of the text, so that a client may get it. */
export class StrictJsonError extends Error {
  override name = 'StrictJsonError';
}

/** Maximum nesting of what a client sends. Input objects are rarely five levels deep. */
const maxClientDepth = 64;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Text that matches needs the slow inspection of every value. In all other text, strings and numbers have one meaning only.
 * An escape may hide a key ("\u005f_proto__"), so that every escape of an ASCII character matches.
 */
const needsInspection = /__proto__|"constructor"|\\u00[0-7]|\\u[dD][89a-fA-F]/;

export interface StrictJsonOptions {
  /** Recursive code must not overflow the stack. */
  maxDepth?: number;
  /**
   * False where the gateway is the caller: a value that no field accepts is then refused in its place, by the field, and not with
   * the whole request. Keys are inspected always.
   */
  inspectsValues?: boolean;
}

/** Throws StrictJsonError. */
export function parseStrictJsonBytes(bytes: Uint8Array, options?: StrictJsonOptions): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new StrictJsonError('The request is not UTF-8.');
  }
  return parseStrictJson(text, options);
}

/** Throws StrictJsonError. */
export function parseStrictJson(
  text: string,
  { maxDepth = maxClientDepth, inspectsValues = true }: StrictJsonOptions = {},
): unknown {
  const memberCount = countWrittenMembers(text, maxDepth);
  if (memberCount === undefined)
    throw new StrictJsonError(`The request is nested deeper than ${maxDepth} levels.`);
  let value: unknown;
  try {
    const isPlain = !needsInspection.test(text) && !mayContainExactNumber(text);
    value = isPlain ? JSON.parse(text) : JSON.parse(text, inspectsValues ? inspectMember : inspectKey);
  } catch (cause) {
    if (cause instanceof SyntaxError) throw new StrictJsonError('The request is not JSON.');
    throw cause;
  }
  // Of two equal keys JSON.parse takes the last and other programs the first, so that a filter in front of this server could
  // have judged another request.
  if (countMembers(value) !== memberCount)
    throw new StrictJsonError('An object of the request has the same key twice.');
  return value;
}

function inspectMember(this: unknown, key: string, value: unknown, context?: { source?: string }): unknown {
  inspectKey(key, value);
  if (typeof value === 'string' && !isPlainText(value)) {
    throw new StrictJsonError('The request has text with NUL or with a lone surrogate.');
  }
  return keepExactNumber(key, value, context);
}

function inspectKey(key: string, value: unknown, context?: { source?: string }): unknown {
  if (key === '__proto__' || !isPlainText(key)) throw new StrictJsonError('The request has a forbidden key.');
  if (key === 'constructor' && value !== null && typeof value === 'object') {
    if (Object.hasOwn(value, 'prototype')) throw new StrictJsonError('The request has a forbidden key.');
  }
  return keepExactNumber(key, value, context);
}

function isPlainText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}
