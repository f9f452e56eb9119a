// Code on a page is quoted from a file that is compiled and tested, so that it is right as long as the file is.

/** Quotes of TypeScript whose file does not have them, or that name none: the line above a quote is the path of its file. */
export function findWrongQuotes(
  { path, text }: { path: string; text: string },
  readFile: (path: string) => string,
): string[] {
  const quotes = text.matchAll(/(?:^(.*)\n\n?)?^```ts\n([\s\S]*?)^```$/gm);
  return [...quotes].flatMap(([, above = '', code = '']) => {
    const file = /^`([\w./-]+)`:$/.exec(above)?.[1];
    const [first] = code.split('\n');
    if (file === undefined) return [`${path}: the code "${first}" does not say which file it is from`];
    return readFile(file).includes(code) ? [] : [`${path}: ${file} does not have "${first}" as it is quoted`];
  });
}
