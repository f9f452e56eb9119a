// The files of contracts: contracts/<subgraph>.json, and the composed schema beside them. `npm run contract:record` writes them,
// and compares them in the tests, so that an operation or a schema is committed together with its contracts.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createFolders } from '../../platform/process/folders.ts';
import { type Contract, printContract, readContract } from './contract.ts';

export const schemaFile = 'schema.graphql';

/** The expected files of the folder, by file name. `composedSchema` is what printComposedSchema gives. */
export function buildContractFiles(
  contracts: readonly Contract[],
  composedSchema: string,
): Map<string, string> {
  return new Map([
    [schemaFile, composedSchema],
    ...contracts.map((contract) => [`${contract.subgraph}.json`, printContract(contract)] as const),
  ]);
}

/** The files that differ from the expected ones: changed, missing, or of a subgraph that does not exist any more. */
export function findDrift(folder: string, files: ReadonlyMap<string, string>): string[] {
  const wrong = [...files].filter(([name, text]) => readFile(join(folder, name)) !== text);
  return [...wrong.map(([name]) => name), ...findLeftovers(folder, files)].map((name) =>
    relative(process.cwd(), join(folder, name)),
  );
}

/** Throws an Error of one sentence when the folder cannot be written. */
export function writeContracts(folder: string, files: ReadonlyMap<string, string>): void {
  try {
    createFolders(folder);
    for (const name of findLeftovers(folder, files)) rmSync(join(folder, name));
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
  } catch (cause) {
    throw new Error(`${folder} cannot be written: ${(cause as Error).message}`, { cause });
  }
}

/** Contracts of subgraphs that do not exist any more. Other files in the folder belong to the user. */
function findLeftovers(folder: string, files: ReadonlyMap<string, string>): string[] {
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

function readFile(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
