// Loads a subgraph that is listed in supergraph.yaml: its definition from the folder's index.ts, and the SQL statements that its
// files declare. No other list of subgraphs or statements exists.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  countDeclarations,
  type LocatedStatement,
  locateStatements,
} from '../platform/database/declared-statements.ts';
import {
  findOptionProblems,
  listNeighbours,
  type SubgraphDefinition,
} from '../platform/subgraph/definition.ts';
import { type SubgraphEntry, type SupergraphMap, SupergraphMapError } from '../platform/supergraph-map.ts';

/** Loads one subgraph's definition. Throws SupergraphMapError when the folder exports no valid definition of that name. */
export async function loadSubgraph(entry: SubgraphEntry): Promise<SubgraphDefinition> {
  const file = resolve(entry.folder, 'index.ts');
  const path = relative(process.cwd(), file);
  if (!existsSync(file))
    throw new SupergraphMapError(`${path} is missing: "${entry.name}" is in supergraph.yaml`);
  const { subgraph }: { subgraph?: SubgraphDefinition } = await import(pathToFileURL(file).href);
  if (subgraph !== undefined) refuseBadOptions(file, subgraph);
  if (subgraph?.name !== entry.name) {
    throw new SupergraphMapError(
      `${path} must export "subgraph" with the name "${entry.name}", as supergraph.yaml says`,
    );
  }
  return subgraph;
}

function refuseBadOptions(file: string, definition: SubgraphDefinition): void {
  const path = relative(process.cwd(), file);
  const lines = readFileSync(file, 'utf8').split('\n');
  const problems = findOptionProblems(definition).map(({ option, problem }) => {
    const index = lines.findIndex((line) => new RegExp(`^\\s*(async )?${option}\\b`).test(line));
    return `${index < 0 ? path : `${path}:${index + 1}`}: "${option}" ${problem}`;
  });
  if (problems.length > 0) throw new SupergraphMapError(problems.join('\n'));
}

/** Throws SupergraphMapError for a peer or a publisher that supergraph.yaml does not have: the subgraph could never call it. */
export function refuseUnknownPeers(
  map: SupergraphMap,
  definition: Pick<SubgraphDefinition, 'name' | 'peers' | 'followers'>,
): void {
  const names = map.subgraphs.map((entry) => entry.name);
  const unknown = listNeighbours(definition).filter((peer) => !names.includes(peer));
  if (unknown.length === 0) return;
  const list = unknown.map((peer) => `"${peer}"`).join(', ');
  throw new SupergraphMapError(
    `${definition.name} lists ${list} among its peers and publishers, and supergraph.yaml has only: ${names.join(', ')}`,
  );
}

/** Throws SupergraphMapError for a follower of an event that its publisher does not declare, or that lacks a field which it reads. */
export async function refuseUnpublishedEvents(
  map: SupergraphMap,
  { name, followers = {} }: Pick<SubgraphDefinition, 'name' | 'followers'>,
): Promise<void> {
  const problems: string[] = [];
  for (const [follower, { publisher, handlers }] of Object.entries(followers)) {
    const { events = [] } = await loadSubgraph(findEntry(map, publisher));
    const published = new Map(events.map((type) => [type.name, type]));
    for (const [type, { reads }] of Object.entries(handlers)) {
      const data = published.get(type)?.data.shape;
      const missing = Object.keys(reads.shape).filter((field) => data !== undefined && !(field in data));
      if (data === undefined)
        problems.push(`${name} follows "${type}" of ${publisher} (${follower}), which does not publish it`);
      for (const field of missing)
        problems.push(
          `${name} reads "${field}" of "${type}" of ${publisher} (${follower}), which has no such field`,
        );
    }
  }
  if (problems.length > 0) throw new SupergraphMapError(problems.join('\n'));
}

/** Finds the entry of one subgraph. Throws SupergraphMapError, with the names that exist, when there is none. */
export function findEntry(map: SupergraphMap, name: string | undefined): SubgraphEntry {
  const entry = map.subgraphs.find((candidate) => candidate.name === name);
  if (entry !== undefined) return entry;
  const names = map.subgraphs.map((candidate) => candidate.name).join(', ');
  throw new SupergraphMapError(`There is no subgraph "${name ?? ''}" in supergraph.yaml. It has: ${names}`);
}

/**
 * Loads the places of its SDL whose ids neither the name of the field nor its type tells, with the types of these ids: the `idFields`
 * of the folder's ids.ts, if it has one.
 */
export async function loadIdFields({
  folder,
}: Pick<SubgraphEntry, 'folder'>): Promise<Readonly<Record<string, string>>> {
  const file = resolve(folder, 'ids.ts');
  if (!existsSync(file)) return {};
  const { idFields = {} }: { idFields?: Readonly<Record<string, string>> } = await import(
    pathToFileURL(file).href
  );
  return idFields;
}

/** Loads every statement that a subgraph's files declare. Throws for a file in which a statement is declared and not exported. */
export async function loadStatements({ folder }: Pick<SubgraphEntry, 'folder'>): Promise<LocatedStatement[]> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  const statements: LocatedStatement[] = [];
  for (const path of paths.toSorted()) {
    const file = join(folder, path);
    const source = readFileSync(file, 'utf8');
    if (countDeclarations(source) === 0) continue;
    const shownPath = relative(process.cwd(), file).split(sep).join('/');
    statements.push(...locateStatements(shownPath, source, await import(pathToFileURL(file).href)));
  }
  return statements;
}
