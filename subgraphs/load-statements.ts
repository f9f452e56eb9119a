// Loads the SQL statements that a subgraph declares, from whichever of its files. There is no list to keep: a file that
// declares a statement exports it.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  countDeclarations,
  type LocatedStatement,
  locateStatements,
} from '../platform/database/declared-statements.ts';
import type { SubgraphEntry } from '../platform/supergraph-map.ts';

/** Throws for a file in which a statement is declared and not exported. */
export async function loadStatements({ folder }: Pick<SubgraphEntry, 'folder'>): Promise<LocatedStatement[]> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  const found: LocatedStatement[] = [];
  for (const path of paths.toSorted()) {
    const file = join(folder, path);
    const source = readFileSync(file, 'utf8');
    if (countDeclarations(source) === 0) continue;
    const shown = relative(process.cwd(), file).split(sep).join('/');
    found.push(...locateStatements(shown, source, await import(pathToFileURL(file).href)));
  }
  return found;
}
