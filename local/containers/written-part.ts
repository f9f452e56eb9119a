// Files of which people write the first part and a command the rest. A line of comment stands between the two.

/** A file has no such line, so that nobody can say where the written part begins. The message names the file. */
export class NoMarkError extends Error {
  override name = 'NoMarkError';
}

/** Replaces what follows the line with the mark. */
export function replaceWrittenPart(text: string, written: string, { file, mark }: Place): string {
  const line = text.split('\n').find((one) => one.startsWith('#') && one.includes(mark));
  if (line === undefined)
    throw new NoMarkError(`${file} has no line "# From here on, \`${mark}\` writes this file": restore it`);
  return `${text.slice(0, text.indexOf(line) + line.length)}\n\n${written.trimEnd()}\n`;
}

interface Place {
  file: string;
  /** The command that writes the rest. */
  mark: string;
}
