// Runs the commands that write files which follow from others: `npm run <name>` writes those that differ, and with --check it only says
// which do.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { print, runCommand } from '../platform/process/command.ts';
import { UsageError } from '../platform/process/lifecycle.ts';

export interface DerivedFile {
  path: string;
  /** What it must be. */
  text: string;
}

/** `command` is what a user types: `npm run schema`. */
export async function runFileCommand(
  command: string,
  buildFiles: () => Promise<readonly DerivedFile[]>,
): Promise<void> {
  await runCommand(async (args) => {
    if (args.some((argument) => argument !== '--check'))
      throw new UsageError(`usage: ${command} [-- --check]`);
    settleFiles(command, await buildFiles(), { isCheck: args.includes('--check') });
  });
}

/** Writes the files that differ; as a check, it throws an error that names them. */
export function settleFiles(
  command: string,
  files: readonly DerivedFile[],
  { isCheck }: { isCheck: boolean },
): void {
  const different = files.filter(({ path, text }) => readIfPresent(path) !== text);
  if (isCheck) refuseDifferent(different, command);
  else writeFiles(different);
}

function refuseDifferent(files: readonly DerivedFile[], command: string): void {
  if (files.length === 0) return;
  throw new Error(`out of date: ${files.map(({ path }) => showPath(path)).join(', ')}; run: ${command}`);
}

function writeFiles(files: readonly DerivedFile[]): void {
  for (const { path, text } of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    print(`wrote ${showPath(path)}`);
  }
}

function showPath(path: string): string {
  return relative(process.cwd(), path);
}

function readIfPresent(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
