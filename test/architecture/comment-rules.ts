// What comments say of other files. A comment that names a file which has moved sends its reader astray, and no compiler looks
// there. comment-rules.test.ts shows on made-up sources that the rule can fail.
import { posix } from 'node:path';
import { getPart, type Source } from './imports.ts';

/** Names that stand for more than one file: every subgraph has them. */
const namesOfManyFiles = [
  'index.ts',
  'own.ts',
  'resolvers.ts',
  'resolvers.generated.ts',
  'errors.ts',
  'ids.ts',
  'schema.graphql',
  // Written by `npm run compose`, and not kept.
  'supergraph.graphql',
];

/** Where comments stand: behind `//`, in `/** … *\/` blocks, and in their lines that begin with `*`. */
const comment = /(?:^|\s)\/\/.*|^\s*(?:\/\*\*|\*).*/;

/** Names of TypeScript and GraphQL files. A pattern such as `subgraphs/<name>/index.ts` is none. */
const fileName = /(?<![\w./<>*…-])[\w./-]+\.(?:ts|graphql)\b/g;

/**
 * Files that a comment names and that do not exist. A name counts from the folder of the source, from its room, from its part
 * (`plan/planner.ts` within gateway/) or from the root.
 */
export function missingFilesInComments(sources: readonly Source[], files: readonly string[]): string[] {
  const known = new Set(files);
  return sources.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) =>
      [...(comment.exec(line)?.[0].matchAll(fileName) ?? [])]
        .map(([name]) => name)
        .filter((name) => !namesOfManyFiles.includes(name))
        .filter((name) => !foldersAround(path).some((folder) => known.has(posix.join(folder, name))))
        .map((name) => `${path}:${index + 1}: there is no ${name}`),
    ),
  );
}

/** The folder of a file, those around it up to its part, and the root. A test also counts from the folders that it mirrors. */
function foldersAround(path: string): string[] {
  const folders: string[] = [];
  for (let folder = posix.dirname(path); folder !== '.'; folder = posix.dirname(folder)) {
    folders.push(folder);
    if (folder === getPart(path)) break;
  }
  const mirrored = folders.filter((folder) => folder.startsWith('test/')).map((folder) => folder.slice(5));
  const subgraphs = mirrored.map((folder) => `subgraphs/${folder}`);
  return [...folders, ...mirrored, ...subgraphs, '.'];
}
