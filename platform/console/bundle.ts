// The built files of console/. The first one who needs them has them built, with Vite in a process of its own; they stay in
// node_modules/.cache until the sources or the packages change. Production serves no page and builds nothing.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { constants, setPriority } from 'node:os';
import { join, resolve } from 'node:path';

/** What the build needs: packages of development only. */
const packages = ['vite', 'graphiql', 'react', 'react-dom'];

/** The page cannot be built here. The message says what to do. */
export class ConsoleError extends Error {
  override name = 'ConsoleError';
}

/** Returns the folder of the built files, and rejects with ConsoleError. */
export type FindBundle = () => Promise<string>;

/** The returned function has the files built when they are missing, and only once for all who ask at the same time. */
export function createBundleFinder(root = resolve(import.meta.dirname, '../..')): FindBundle {
  let found: Promise<string> | undefined;
  return () => {
    found ??= findOrBuild(root).catch((cause: unknown) => {
      // The next request tries again: somebody may have installed what was missing.
      found = undefined;
      if (cause instanceof ConsoleError) throw cause;
      throw new ConsoleError(`It could not be built: ${(cause as Error).message}`, { cause });
    });
    return found;
  };
}

async function findOrBuild(root: string): Promise<string> {
  const sources = join(root, 'console');
  const missing = packages.filter((name) => !existsSync(join(root, 'node_modules', name)));
  if (!existsSync(sources) || missing.length > 0) {
    throw new ConsoleError(
      'This installation lacks the packages of development, of which GraphiQL is one. In a clone of the repository, npm ci installs them.',
    );
  }
  const folder = join(root, 'node_modules/.cache/console', hashSources(root, sources));
  if (!existsSync(folder)) await runBuild(join(sources, 'build.ts'), folder);
  return folder;
}

/** The names and contents of the sources, and the versions of all packages. */
function hashSources(root: string, folder: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).toSorted())
    hash.update(`${name}\n`).update(readFileSync(join(folder, name)));
  hash.update(readFileSync(join(root, 'node_modules/.package-lock.json')));
  return hash.digest('hex').slice(0, 16);
}

function runBuild(script: string, folder: string): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'ignore', 'pipe'] });
    // Requests come first.
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    // A server that stops does not wait for the build, which ends by itself.
    child.unref();
    (child.stderr as Socket).unref();
    let output = '';
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk;
    });
    child.once('error', fail);
    child.once('close', (code) => {
      if (code === 0) done();
      else fail(new Error(output.trim().slice(-2_000) || 'the build was ended'));
    });
  });
}
