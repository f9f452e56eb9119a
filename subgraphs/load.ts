// From an entry of supergraph.yaml to the subgraph's definition, the folder's index.ts, and to the SQL statements that its files
// declare. There is no list to keep.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  countDeclarations,
  type LocatedStatement,
  locateStatements,
} from '../platform/database/declared-statements.ts';
import type { SubgraphDefinition } from '../platform/subgraph/subgraph.ts';
import { type SubgraphEntry, type SupergraphMap, SupergraphMapError } from '../platform/supergraph-map.ts';

/** Loads one subgraph's definition. Throws SupergraphMapError when its folder has none of that name. */
export async function loadSubgraph(entry: SubgraphEntry): Promise<SubgraphDefinition> {
  const file = resolve(entry.folder, 'index.ts');
  const shown = relative(process.cwd(), file);
  if (!existsSync(file))
    throw new SupergraphMapError(`${shown} is missing: "${entry.name}" is in supergraph.yaml`);
  const { subgraph }: { subgraph?: SubgraphDefinition } = await import(pathToFileURL(file).href);
  if (subgraph?.name !== entry.name) {
    throw new SupergraphMapError(
      `${shown} must export "subgraph" with the name "${entry.name}", as supergraph.yaml says`,
    );
  }
  return subgraph;
}

/** The entry of one subgraph. Throws SupergraphMapError listing those that exist. */
export function entryOf(map: SupergraphMap, name: string | undefined): SubgraphEntry {
  const entry = map.subgraphs.find((candidate) => candidate.name === name);
  if (entry !== undefined) return entry;
  const known = map.subgraphs.map((candidate) => candidate.name).join(', ');
  throw new SupergraphMapError(`There is no subgraph "${name ?? ''}" in supergraph.yaml. It has: ${known}`);
}

/** Loads every statement that a subgraph's files declare. Throws for a file in which a statement is declared and not exported. */
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
