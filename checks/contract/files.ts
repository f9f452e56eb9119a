// Where contracts are kept: contracts/<subgraph>.json, and the composed schema beside them. Written by one command, and
// compared by the same one in the tests, so that nobody commits an operation or a schema without what follows from it.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { composedSchemaText } from './composed-schema.ts';
import { type Contract, contractText, readContract } from './contract.ts';

export const schemaFile = 'schema.graphql';

/** What the folder should hold, by file name. */
export function contractFiles(contracts: readonly Contract[], supergraphSdl: string): Map<string, string> {
  return new Map([
    [schemaFile, composedSchemaText(supergraphSdl)],
    ...contracts.map((contract) => [`${contract.subgraph}.json`, contractText(contract)] as const),
  ]);
}

/** The files that are not as they should be: changed, missing, or of a subgraph that is no more. */
export function driftOf(folder: string, files: ReadonlyMap<string, string>): string[] {
  const wrong = [...files].filter(([name, text]) => readOrNull(join(folder, name)) !== text);
  return [...wrong.map(([name]) => name), ...leftOver(folder, files)].map((name) =>
    relative(process.cwd(), join(folder, name)),
  );
}

export function writeContracts(folder: string, files: ReadonlyMap<string, string>): void {
  mkdirSync(folder, { recursive: true });
  for (const name of leftOver(folder, files)) rmSync(join(folder, name));
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
}

/** Contracts of subgraphs that are no more; whatever else lies in the folder is somebody's own. */
function leftOver(folder: string, files: ReadonlyMap<string, string>): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => !files.has(name) && isContract(folder, name));
}

function isContract(folder: string, name: string): boolean {
  if (!name.endsWith('.json')) return false;
  try {
    return `${readContract(readFileSync(join(folder, name), 'utf8'), name).subgraph}.json` === name;
  } catch {
    return false;
  }
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
