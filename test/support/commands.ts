// Runs the npm commands that end by themselves, each as the process that npm would start.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readdirSync, symlinkSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { buildEnvironment, type Variables } from './processes.ts';

const project = resolve(import.meta.dirname, '../..');

export interface CommandResult {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Starts `npm run <name> -- <args>` with exactly these variables, in the project's folder or a copy of it. */
export function startCommand(
  name: string,
  args: readonly string[],
  variables: Variables = {},
  cwd = project,
): { child: ChildProcess; ended: Promise<CommandResult> } {
  const child = spawn(process.execPath, [join('commands', `${name}.ts`), ...args], {
    cwd,
    env: buildEnvironment(variables),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output.stderr += chunk;
  });
  // Not "exit": when the command leaves a process running that holds these streams open, the test must notice it.
  const ended = once(child, 'close').then(([status]) => ({ status, ...output }));
  return { child, ended };
}

export function runCommand(...args: Parameters<typeof startCommand>): Promise<CommandResult> {
  return startCommand(...args).ended;
}

/** Copies the project into an empty folder, for commands that read or write files of the project. */
export function copyProject(folder: string): string {
  // bench/ installs packages for itself as well; copying them would take minutes.
  const filter = (source: string) => basename(source) !== 'node_modules';
  for (const name of readdirSync(project)) {
    if (name.startsWith('.') && name !== '.env.example') continue;
    cpSync(join(project, name), join(folder, name), { recursive: true, filter });
  }
  symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
