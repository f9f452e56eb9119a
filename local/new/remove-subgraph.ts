// Removes a subgraph from the project: its folders, its operations, its entry in the map, and its part of the derived files. Files that
// somebody has changed or added are removed only when the command has --force.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, sep } from 'node:path';
import { readSupergraphMap } from '../../platform/supergraph-map.ts';
import { findEntry } from '../../subgraphs/load.ts';
import { listOwnPaths, renderFormatted } from './add-subgraph.ts';
import type { Names } from './names.ts';
import { writeDerivedFiles } from './project-commands.ts';
import { changeTogether, removeEntry } from './project-files.ts';

/** The folders have files that somebody has changed or added. The message names them. */
export class ChangedFilesError extends Error {
  override name = 'ChangedFilesError';
}

/** What commands write into the folder of each subgraph, as whole paths: another file may have the same name. */
const writtenFiles = ['resolvers.generated.ts', 'migrations/catalog.txt'];

/**
 * Throws ChangedFilesError, unless `isForced`, errors of the commands that write the derived files, and the reason of the interruption.
 */
export async function removeSubgraph(
  root: string,
  names: Names,
  isForced: boolean,
  interruption: AbortSignal,
): Promise<void> {
  const map = readSupergraphMap(undefined, {});
  const entry = findEntry(map, names.subgraph);
  const files = await renderFormatted(root, names, interruption);
  const ownPaths = listOwnPaths(names, [...files.keys()]);
  const changed = isForced ? [] : findChanged(root, names, ownPaths, files);
  if (changed.length > 0)
    throw new ChangedFilesError(
      `not as npm run new wrote them: ${changed.join(', ')}. --force removes ${names.subgraph} with them`,
    );
  const next = map.subgraphs[map.subgraphs.indexOf(entry) + 1];
  await changeTogether(root, ownPaths, async () => {
    for (const path of ownPaths) rmSync(join(root, path), { recursive: true, force: true });
    removeEntry(map.file, entry.line, next?.line);
    await writeDerivedFiles(root, interruption);
  });
}

/** The files below the paths that differ from what the template gives, and those that it does not have. */
function findChanged(
  root: string,
  { subgraph }: Names,
  ownPaths: readonly string[],
  files: ReadonlyMap<string, string>,
): string[] {
  const written = writtenFiles.map((path) => `subgraphs/${subgraph}/${path}`);
  const present = ownPaths.flatMap((path) => listFiles(root, path)).filter((path) => !written.includes(path));
  return present.filter((path) => readFileSync(join(root, path), 'utf8') !== files.get(path));
}

function listFiles(root: string, path: string): string[] {
  if (!existsSync(join(root, path))) return [];
  if (path.startsWith('operations/')) return [path];
  return readdirSync(join(root, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .split(sep)
        .join('/'),
    );
}
