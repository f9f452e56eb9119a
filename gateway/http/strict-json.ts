// The JSON that clients send: strict UTF-8, shallow, and without what means one thing here and another elsewhere
// (prototype keys, NUL, lone surrogates, numbers that would be read as others). All of it is refused with 400.
import { badRequest } from './refusal.ts';

/** Deepest nesting; an input object is rarely five deep. Code that recurses over values stays far from its stack's end. */
const deepest = 64;

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * What the slow look below is for. Without any of these in the text, every string and number is as it was written.
 * A key may hide in escapes ("\u005f_proto__"), so any escape of an ASCII character counts.
 */
const suspicious = /__proto__|"constructor"|\\u00[0-7]|\\u[dD][89a-fA-F]|\d{16}|\d[eE]/;

/** Bytes of a body as a value. */
export function readJsonBytes(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = strict.decode(bytes);
  } catch {
    throw badRequest('The request is not UTF-8.');
  }
  return readJson(text);
}

export function readJson(text: string): unknown {
  refuseDepth(text);
  try {
    return suspicious.test(text) ? JSON.parse(text, lookClosely) : JSON.parse(text);
  } catch (cause) {
    if (cause instanceof SyntaxError) throw badRequest('The request is not JSON.');
    throw cause;
  }
}

/** Counts brackets outside strings, before anything is built of them. */
function refuseDepth(text: string): void {
  let depth = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charCodeAt(index);
    if (isInString) {
      if (character === 0x5c) index += 1;
      else if (character === 0x22) isInString = false;
    } else if (character === 0x22) isInString = true;
    else if (character === 0x5b || character === 0x7b) {
      depth += 1;
      if (depth > deepest) throw badRequest(`The request is nested deeper than ${deepest} levels.`);
    } else if (character === 0x5d || character === 0x7d) depth -= 1;
  }
}

function lookClosely(this: unknown, key: string, value: unknown, context?: { source?: string }): unknown {
  if (key === '__proto__' || !isPlainText(key))
    throw badRequest('The request has a key that is not allowed.');
  if (key === 'constructor' && value !== null && typeof value === 'object') {
    if (Object.hasOwn(value, 'prototype')) throw badRequest('The request has a key that is not allowed.');
  }
  if (typeof value === 'string' && !isPlainText(value)) {
    throw badRequest('The request has text with NUL or with half a character.');
  }
  if (typeof value === 'number' && !isExact(value, context?.source)) {
    throw badRequest('The request has a number that is too large to be read exactly; send it as text.');
  }
  return value;
}

function isPlainText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** Whole numbers keep every digit; others stay finite. */
function isExact(value: number, source = ''): boolean {
  return Number.isFinite(value) && (!/^-?\d+$/.test(source) || Number.isSafeInteger(value));
}
