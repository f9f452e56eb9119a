// Parses the JSON that clients send: strict UTF-8, of limited depth, and without anything that another program would read
// differently (prototype keys, NUL, lone surrogates, numbers that lose digits). The gateway refuses the rest with 400.
import { createBadRequest } from './refusal.ts';

/** Maximum nesting. Input objects are rarely five levels deep, and recursive code must not overflow the stack. */
const maxDepth = 64;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Text that matches needs the slow inspection of every value. In all other text, strings and numbers have one meaning only.
 * An escape may hide a key ("\u005f_proto__"), so that every escape of an ASCII character matches.
 */
const needsInspection = /__proto__|"constructor"|\\u00[0-7]|\\u[dD][89a-fA-F]|\d{16}|\d[eE]/;

/** Throws 400. */
export function parseStrictJsonBytes(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw createBadRequest('The request is not UTF-8.');
  }
  return parseStrictJson(text);
}

/** Throws 400. */
export function parseStrictJson(text: string): unknown {
  enforceDepthLimit(text);
  try {
    return needsInspection.test(text) ? JSON.parse(text, inspectValue) : JSON.parse(text);
  } catch (cause) {
    if (cause instanceof SyntaxError) throw createBadRequest('The request is not JSON.');
    throw cause;
  }
}

/** Counts brackets outside of strings before the text is parsed. */
function enforceDepthLimit(text: string): void {
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
      if (depth > maxDepth) throw createBadRequest(`The request is nested deeper than ${maxDepth} levels.`);
    } else if (character === 0x5d || character === 0x7d) depth -= 1;
  }
}

function inspectValue(this: unknown, key: string, value: unknown, context?: { source?: string }): unknown {
  if (key === '__proto__' || !isPlainText(key)) throw createBadRequest('The request has a forbidden key.');
  if (key === 'constructor' && value !== null && typeof value === 'object') {
    if (Object.hasOwn(value, 'prototype')) throw createBadRequest('The request has a forbidden key.');
  }
  if (typeof value === 'string' && !isPlainText(value)) {
    throw createBadRequest('The request has text with NUL or with a lone surrogate.');
  }
  if (typeof value === 'number' && !isExact(value, context?.source)) {
    throw createBadRequest('The request has a number that cannot be read exactly; send it as text.');
  }
  return value;
}

function isPlainText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** True for a finite number; a whole number must also keep every digit. */
function isExact(value: number, source = ''): boolean {
  return Number.isFinite(value) && (!/^-?\d+$/.test(source) || Number.isSafeInteger(value));
}
