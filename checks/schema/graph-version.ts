// A graph as it is here, or as it was at a commit: its map, its SDL and the operations registered then. An old version is
// written to a folder of its own, outside of the working tree, and removed when closed.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { CompositionError, composeSupergraph } from '../../gateway/supergraph/compose.ts';
import {
  readForeignMap,
  readSchema,
  type SubgraphEntry,
  type SupergraphMap,
} from '../../platform/supergraph-map.ts';
import { type RegisteredOperation, readOperations } from '../operations.ts';
import { type Commit, fileAt, filesAt, GitError, pathIn, type Repository } from './git.ts';

export interface GraphVersion {
  label: string;
  map: SupergraphMap;
  operations: readonly RegisteredOperation[];
  /** Paths in a message as people know them. */
  inWords: (message: string) => string;
  close: () => void;
}

export interface Where {
  supergraphFile: string;
  operationsFolder: string;
}

/** What lies in the folder now. */
export function workingTree({ supergraphFile, operationsFolder }: Where): GraphVersion {
  const map = readForeignMap(supergraphFile);
  return {
    label: 'the working tree',
    map,
    operations: readOperations(operationsFolder),
    inWords: (message) => message,
    close: () => {},
  };
}

/** What lay there at a commit. Throws GitError for what is missing. */
export function versionAt(repository: Repository, commit: Commit, where: Where): GraphVersion {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'graph-version-')));
  const close = () => rmSync(folder, { recursive: true, force: true });
  // The paths of the copy say where they come from: main (1a2b3c4):subgraphs/accounts/schema.graphql
  const inWords = (message: string) =>
    message.replaceAll(`${relative(process.cwd(), folder)}${sep}`, `${commit.label}:`);
  try {
    const path = required(pathIn(repository, where.supergraphFile), where.supergraphFile);
    const map = readForeignMap(writeCopy(repository, commit, folder, path));
    for (const { name, schemaFile } of map.subgraphs) {
      const schema = required(pathIn({ root: folder }, schemaFile), `the schema of ${name}`);
      writeCopy(repository, commit, folder, schema);
    }
    const operations = copyOperations(repository, commit, folder, where.operationsFolder);
    return {
      label: commit.label,
      map,
      operations: operations.map((operation) => ({ ...operation, file: inWords(operation.file) })),
      inWords,
      close,
    };
  } catch (cause) {
    close();
    if (cause instanceof Error) cause.message = inWords(cause.message);
    throw cause;
  }
}

function writeCopy(repository: Repository, commit: Commit, folder: string, path: string): string {
  const text = fileAt(repository, commit, path);
  if (text === undefined)
    throw new GitError(
      `${path} is missing at ${commit.label}; name a commit that has it: --against <git ref>`,
    );
  const copy = join(folder, path);
  mkdirSync(dirname(copy), { recursive: true });
  writeFileSync(copy, text);
  return copy;
}

/** None were registered where the folder did not exist, or is kept in no repository or another. */
function copyOperations(repository: Repository, commit: Commit, folder: string, operationsFolder: string) {
  const path = pathIn(repository, operationsFolder);
  if (path === undefined) return [];
  const files = filesAt(repository, commit, path).filter((file) => /\.(graphql|variables\.json)$/.test(file));
  for (const file of files) writeCopy(repository, commit, folder, file);
  return files.length === 0 ? [] : readOperations(join(folder, path));
}

function required(path: string | undefined, what: string): string {
  if (path === undefined) throw new GitError(`${what} lies outside of the git repository`);
  return path;
}

export interface Composed {
  supergraphSdl: string | undefined;
  /** Why there is none: `file:line: problem. Remedy.` */
  problems: readonly string[];
}

/** Composes a version, or a mixture: entries of one map with schemas of another. */
export function composeEntries(
  map: SupergraphMap,
  entries: readonly SubgraphEntry[],
  inWords: (message: string) => string,
): Composed {
  try {
    return { ...composeSupergraph({ ...map, subgraphs: entries }), problems: [] };
  } catch (cause) {
    if (!(cause instanceof CompositionError)) throw cause;
    return { supergraphSdl: undefined, problems: cause.problems.map(inWords) };
  }
}

export function composeVersion({ map, inWords }: GraphVersion): Composed {
  return composeEntries(map, map.subgraphs, inWords);
}

export function schemaOf({ map }: GraphVersion, entry: SubgraphEntry): string {
  return readSchema(map, entry);
}

export interface JudgedOperation extends RegisteredOperation {
  /** Only clients of the base still send it: it is not registered here any more, or reads differently now. */
  isOld: boolean;
  /** The base knows nothing of it. */
  isNew: boolean;
}

/** What clients send today, and what they will: an operation deleted with the field it uses still has its clients. */
export function operationsOf(base: GraphVersion, candidate: GraphVersion): JudgedOperation[] {
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
