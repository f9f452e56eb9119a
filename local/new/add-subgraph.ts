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
  const rendered = renderUntaken(root, map, names);
  const paths = [...rendered.keys()];
  const files = await withStaging(root, rendered, async (staging) => {
    composeWith(map, names, staging);
    return formatStaged(root, staging, paths, interruption);
  });
  await changeTogether(root, listOwnPaths(names, paths), async () => {
    for (const [path, text] of files) writeInto(root, path, text);
    addEntry(map.file, names.subgraph, findPort(map));
    // The migrations go first: when they fail, the longer steps have not been run.
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
  return withStaging(root, files, (staging) => formatStaged(root, staging, [...files.keys()], interruption));
}

/** Writes the files into a folder of the project for the time of the work: the formatter finds its settings in the folders above. */
async function withStaging<Result>(
  root: string,
  files: ReadonlyMap<string, string>,
  work: (staging: string) => Promise<Result>,
): Promise<Result> {
  const staging = mkdtempSync(join(root, '.new-'));
  try {
    for (const [path, text] of files) writeInto(staging, path, text);
    return await work(staging);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

async function formatStaged(
  root: string,
  staging: string,
  paths: readonly string[],
  interruption: AbortSignal,
): Promise<Map<string, string>> {
  await formatFiles(
    root,
    paths.map((path) => join(staging, path)),
    interruption,
  );
  return new Map(paths.map((path) => [path, readFileSync(join(staging, path), 'utf8')]));
}

/** Renders the template. Throws NameError for a name that the project or the graph has already. It only reads. */
export function renderUntaken(root: string, map: SupergraphMap, names: Names): ReadonlyMap<string, string> {
  const { subgraph, type, field, list } = names;
  if (map.subgraphs.some(({ name }) => name === subgraph))
    throw new NameError(`supergraph.yaml has a subgraph "${subgraph}" already`);
  const files = renderTemplate(names);
  const paths = listOwnPaths(names, [...files.keys()]);
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
  return files;
}

/** The names of the types and fields of an SDL, as `Review` and `Review.text`. */
function listDeclared(sdl: string): string[] {
  return parse(sdl).definitions.flatMap((node) => {
    if (!('name' in node) || node.name === undefined || node.kind === Kind.DIRECTIVE_DEFINITION) return [];
    const { value } = node.name;
    const fields = 'fields' in node ? (node.fields ?? []) : [];
    return [value, ...fields.map(({ name }) => `${value}.${name.value}`)];
  });
}

/** Throws CompositionError when the graph does not compose with the new subgraph, whose files are in the folder `staging`. */
function composeWith(map: SupergraphMap, { subgraph }: Names, staging: string): void {
  const folder = join(staging, 'subgraphs', subgraph);
  const schemaFile = join(folder, 'schema.graphql');
  const entry = {
    name: subgraph,
    routingUrl: 'http://127.0.0.1/',
    unsetVariables: [],
    schemaFile,
    folder,
    line: 1,
  };
  composeSupergraph({ ...map, subgraphs: [...map.subgraphs, entry] });
}

/** The first port after those of the other subgraphs. */
function findPort({ subgraphs }: SupergraphMap): number {
  return Math.max(4000, ...subgraphs.map(({ routingUrl }) => Number(new URL(routingUrl).port))) + 1;
}

/** Runs the migrations on a temporary PostgreSQL, and writes the catalog of the migrated database. */
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
