// Adds a subgraph to the project: its files from the template, its entry in the map, and what follows from both. Everything that
// can be refused is refused before a file is written.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Kind, parse } from 'graphql';
import { composeSupergraph } from '../../gateway/supergraph/compose.ts';
import { readCatalog, writeCatalog } from '../../platform/migrations/drift.ts';
import { migrateUp, withOwnerDatabase } from '../../platform/migrations/migrate.ts';
import { openLog } from '../../platform/process/log.ts';
import { readSchema, readSupergraphMap, type SupergraphMap } from '../../platform/supergraph-map.ts';
import { findEntry, loadSubgraph } from '../../subgraphs/load.ts';
import { createTemporaryDatabase, withTemporaryCluster } from '../postgres/temporary-cluster.ts';
import { NameError, type Names } from './names.ts';
import { formatFiles, writeDerivedFiles } from './project-commands.ts';
import { addEntry, changeTogether } from './project-files.ts';
import { renderTemplate } from './template.ts';

/**
 * Returns the paths of the written files, from the root. Throws NameError, CompositionError, errors of the commands, and the reason of
 * the interruption.
 */
export async function addSubgraph(
  root: string,
  names: Names,
  interruption: AbortSignal,
): Promise<readonly string[]> {
  const map = readSupergraphMap(undefined, {});
  refuseTaken(root, map, names);
  const files = await renderFormatted(root, names, interruption);
  const paths = [...files.keys()];
  composeWith(root, map, names, files);
  await changeTogether(root, listOwnPaths(names, paths), async () => {
    for (const [path, text] of files) writeInto(root, path, text);
    addEntry(map.file, names.subgraph, findPort(map));
    // The migrations go first: the other steps take longer.
    await writeFirstCatalog(names.subgraph);
    await writeDerivedFiles(root, interruption);
  });
  return paths;
}

/** The folders and files that belong to the subgraph. */
export function listOwnPaths({ subgraph }: Names, paths: readonly string[]): string[] {
  return [
    `subgraphs/${subgraph}`,
    `test/${subgraph}`,
    ...paths.filter((path) => path.startsWith('operations/')),
  ];
}

/** The files of a new subgraph, as `npm run lint` wants them. */
export async function renderFormatted(
  root: string,
  names: Names,
  interruption: AbortSignal,
): Promise<Map<string, string>> {
  const files = renderTemplate(names);
  // The formatter finds its settings in the folders above, so the files stand in the project for a moment.
  const staging = mkdtempSync(join(root, '.new-'));
  try {
    for (const [path, text] of files) writeInto(staging, path, text);
    const within = [...files.keys()].map((path) => join(staging, path));
    await formatFiles(root, within, interruption);
    return new Map([...files.keys()].map((path) => [path, readFileSync(join(staging, path), 'utf8')]));
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** Throws NameError for a name that the project or the graph has already. It only reads. */
export function refuseTaken(root: string, map: SupergraphMap, names: Names): void {
  const { subgraph, type, field, list } = names;
  if (map.subgraphs.some(({ name }) => name === subgraph))
    throw new NameError(`supergraph.yaml has a subgraph "${subgraph}" already`);
  const paths = listOwnPaths(names, [...renderTemplate(names).keys()]);
  const there = paths.find((path) => existsSync(join(root, path)));
  if (there !== undefined)
    throw new NameError(`${there} is there already; choose another name, or remove it`);
  const declared = new Set(map.subgraphs.flatMap((entry) => listDeclared(readSchema(map, entry))));
  const wanted = [
    type,
    `${type}Connection`,
    `${type}Edge`,
    `Create${type}Input`,
    `Query.${field}`,
    `Mutation.create${type}`,
    `Product.${list}`,
  ];
  const taken = wanted.find((name) => declared.has(name));
  if (taken !== undefined) throw new NameError(`the graph has ${taken} already; add --type <another name>`);
}

/** The types of an SDL that have no key, or whose key it resolves, and the fields of all types. */
function listDeclared(sdl: string): string[] {
  return parse(sdl).definitions.flatMap((node) => {
    if (!('name' in node) || node.name === undefined || node.kind === Kind.DIRECTIVE_DEFINITION) return [];
    const { value } = node.name;
    const fields = 'fields' in node ? (node.fields ?? []) : [];
    return [value, ...fields.map(({ name }) => `${value}.${name.value}`)];
  });
}

/** Throws CompositionError when the graph does not compose with the new subgraph. */
function composeWith(
  root: string,
  map: SupergraphMap,
  { subgraph }: Names,
  files: ReadonlyMap<string, string>,
): void {
  const folder = mkdtempSync(join(root, '.new-'));
  try {
    const schemaFile = join(folder, 'schema.graphql');
    writeFileSync(schemaFile, files.get(`subgraphs/${subgraph}/schema.graphql`) ?? '');
    const entry = { name: subgraph, routingUrl: 'http://127.0.0.1/', schemaFile, folder, line: 1 };
    composeSupergraph({ ...map, subgraphs: [...map.subgraphs, entry] });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The first port after those of the other subgraphs. */
function findPort({ subgraphs }: SupergraphMap): number {
  return Math.max(4000, ...subgraphs.map(({ routingUrl }) => Number(new URL(routingUrl).port))) + 1;
}

/** Runs the migrations on a PostgreSQL that lasts as long as this, and writes the catalog that they lead to. */
async function writeFirstCatalog(name: string): Promise<void> {
  await withTemporaryCluster(async (adminUrl, environment) => {
    const entry = findEntry(readSupergraphMap(), name);
    const definition = await loadSubgraph(entry);
    const urls = await createTemporaryDatabase(adminUrl, name);
    const log = openLog(environment, name);
    await migrateUp(definition, urls, log);
    await withOwnerDatabase(definition, urls.owner, log, async (db) => {
      writeCatalog(entry.folder, await readCatalog(db, name, name));
    });
  });
}

function writeInto(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
