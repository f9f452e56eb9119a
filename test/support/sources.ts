// Lists the files of a checkout for rules about sources: no packages, nothing that a build wrote, no names that begin with a dot.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Source } from '../architecture/imports.ts';

/** Returns paths relative to the root, with forward slashes. */
export function listFiles(root: string, folder = root): string[] {
  const inFolder = relative(root, folder).split(sep);
  // Only examples are built in the checkout.
  const skipped = ['node_modules', ...(inFolder[0] === 'examples' ? ['dist', '__generated__'] : [])];
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.') && !skipped.includes(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? listFiles(root, path) : [relative(root, path).split(sep).join('/')];
    });
}

/** Reads those of the files that are TypeScript. */
export function readSources(root: string, files: readonly string[] = listFiles(root)): Source[] {
  return files
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}
