// Counts the members of objects in JSON, as text and as a value. The counts differ where an object has the same key twice: JSON.parse takes
// the last of them and other programs the first, so that two programs that read one text would see two values.

/** The number of colons outside of strings: each member of an object has one. Undefined for brackets nested too deeply. */
export function countWrittenMembers(text: string, maxDepth = Number.POSITIVE_INFINITY): number | undefined {
  let depth = 0;
  let count = 0;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charCodeAt(index);
    if (character === 0x22) index = findEndOfString(text, index);
    else if (character === 0x3a) count += 1;
    else if (character === 0x5b || character === 0x7b) {
      depth += 1;
      if (depth > maxDepth) return undefined;
    } else if (character === 0x5d || character === 0x7d) depth -= 1;
  }
  return count;
}

/** The index of the closing quotation mark, or the length of a text that has none. Most of a body is strings: `indexOf` is fast. */
function findEndOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end;
}

/** True after an odd number of backslashes. */
function isEscaped(text: string, index: number): boolean {
  let first = index;
  while (text.charCodeAt(first - 1) === 0x5c) first -= 1;
  return (index - first) % 2 === 1;
}

/** Not recursive: a response may be nested deeper than functions can call each other. */
export function countMembers(value: unknown): number {
  let count = 0;
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== 'object' || next === null) continue;
    if (Array.isArray(next)) {
      for (const item of next) if (typeof item === 'object' && item !== null) waiting.push(item);
      continue;
    }
    for (const key in next) {
      count += 1;
      const member = (next as Record<string, unknown>)[key];
      if (typeof member === 'object' && member !== null) waiting.push(member);
    }
  }
  return count;
}
