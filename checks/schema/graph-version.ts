// One version of a graph, from the working tree or from a commit: its map, its SDL, its registered operations and its events. A version of a
// commit is written to a temporary folder, which is removed when the version is closed.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix, relative, sep } from 'node:path';
import { CompositionError, composeSupergraph } from '../../gateway/supergraph/compose.ts';
import {
  readForeignMap,
  readSchema,
  type SubgraphEntry,
  type SupergraphMap,
} from '../../platform/supergraph-map.ts';
import { asyncApiPath, readAsyncApi } from '../events/asyncapi.ts';
import type { Publisher } from '../events/catalogue.ts';
import { type RegisteredOperation, readOperations } from '../operations.ts';
import { type Commit, findPathIn, GitError, listFilesAt, type Repository, readFileAt } from './git.ts';

export interface GraphVersion {
  label: string;
  map: SupergraphMap;
  operations: readonly RegisteredOperation[];
  /** As api/events.asyncapi.json beside supergraph.yaml has them: none without the file. */
  publishers: readonly Publisher[];
  /** Replaces the paths of the temporary folder in a message by the paths of the repository. */
  restorePaths: (message: string) => string;
  close: () => void;
}

export interface GraphFiles {
  supergraphFile: string;
  operationsFolder: string;
}

/** Reads the version of the working tree. */
export function readWorkingTree({ supergraphFile, operationsFolder }: GraphFiles): GraphVersion {
  const map = readForeignMap(supergraphFile);
  const label = 'the working tree';
  const events = join(dirname(supergraphFile), asyncApiPath);
  return {
    label,
    map,
    operations: readOperations(operationsFolder),
    publishers: existsSync(events) ? readAsyncApi(readFileSync(events, 'utf8'), label) : [],
    restorePaths: (message) => message,
    close: () => {},
  };
}

/** Reads the version of a commit. Throws GitError for a file that the commit does not have. */
export function readVersionAt(repository: Repository, commit: Commit, where: GraphFiles): GraphVersion {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'graph-version-')));
  const close = () => rmSync(folder, { recursive: true, force: true });
  // A message then names the commit: main (1a2b3c4):subgraphs/accounts/schema.graphql
  const restorePaths = (message: string) =>
    message.replaceAll(`${relative(process.cwd(), folder)}${sep}`, `${commit.label}:`);
  try {
    const path = requirePath(findPathIn(repository, where.supergraphFile), where.supergraphFile);
    const map = readForeignMap(writeCopy(repository, commit, folder, path));
    for (const { name, schemaFile } of map.subgraphs) {
      const schema = requirePath(findPathIn({ root: folder }, schemaFile), `the schema of ${name}`);
      writeCopy(repository, commit, folder, schema);
    }
    const operations = copyOperations(repository, commit, folder, where.operationsFolder);
    return {
      label: commit.label,
      map,
      operations: operations.map((operation) => ({ ...operation, file: restorePaths(operation.file) })),
      publishers: readPublishersAt(repository, commit, posix.join(posix.dirname(path), asyncApiPath)),
      restorePaths,
      close,
    };
  } catch (cause) {
    close();
    if (cause instanceof Error) cause.message = restorePaths(cause.message);
    throw cause;
  }
}

function readPublishersAt(repository: Repository, commit: Commit, path: string): Publisher[] {
  const text = readFileAt(repository, commit, path);
  return text === undefined ? [] : readAsyncApi(text, commit.label);
}

function writeCopy(repository: Repository, commit: Commit, folder: string, path: string): string {
  const text = readFileAt(repository, commit, path);
  if (text === undefined)
    throw new GitError(
      `${path} is missing at ${commit.label}; name a commit that has it: --against <git ref>`,
    );
  const copy = join(folder, path);
  mkdirSync(dirname(copy), { recursive: true });
  writeFileSync(copy, text);
  return copy;
}

/** No operation is registered when the folder did not exist at the commit, or is outside the repository. */
function copyOperations(repository: Repository, commit: Commit, folder: string, operationsFolder: string) {
  const path = findPathIn(repository, operationsFolder);
  if (path === undefined) return [];
  const files = listFilesAt(repository, commit, path).filter((file) => /\.(graphql|json)$/.test(file));
  for (const file of files) writeCopy(repository, commit, folder, file);
  return files.length === 0 ? [] : readOperations(join(folder, path));
}

function requirePath(path: string | undefined, what: string): string {
  if (path === undefined) throw new GitError(`${what} lies outside of the git repository`);
  return path;
}

export interface Composed {
  supergraphSdl: string | undefined;
  /** Why the supergraph does not compose: `file:line: problem. Remedy.` */
  problems: readonly string[];
}

/** Composes a version, or a mixture of entries from two versions. */
export function composeEntries(
  map: SupergraphMap,
  entries: readonly SubgraphEntry[],
  restorePaths: (message: string) => string,
): Composed {
  try {
    return { ...composeSupergraph({ ...map, subgraphs: entries }), problems: [] };
  } catch (cause) {
    if (!(cause instanceof CompositionError)) throw cause;
    return { supergraphSdl: undefined, problems: cause.problems.map(restorePaths) };
  }
}

export function composeVersion({ map, restorePaths }: GraphVersion): Composed {
  return composeEntries(map, map.subgraphs, restorePaths);
}

export function readVersionSchema({ map }: GraphVersion, entry: SubgraphEntry): string {
  return readSchema(map, entry);
}

export interface ComparedOperation extends RegisteredOperation {
  /** True when only the base has it: the candidate removed the operation or changed its text, and clients still send it. */
  isOld: boolean;
  /** True when only the candidate has it. */
  isNew: boolean;
}

/** The operations of both versions: clients still send an operation that is deleted together with its field. */
export function listOperations(base: GraphVersion, candidate: GraphVersion): ComparedOperation[] {
  const texts = (version: GraphVersion) => new Set(version.operations.map(({ text }) => text));
  const [before, now] = [texts(base), texts(candidate)];
  return [
    ...candidate.operations.map((operation) => ({
      ...operation,
      isOld: false,
      isNew: !before.has(operation.text),
    })),
    ...base.operations
      .filter(({ text }) => !now.has(text))
      .map((operation) => ({ ...operation, isOld: true, isNew: false })),
  ];
}
