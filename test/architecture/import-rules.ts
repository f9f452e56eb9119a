// Who may import whom. Each rule takes sources and returns what breaks it, one line each; import-rules.test.ts shows on made-up
// sources that each of them can fail, and architecture.test.ts applies them to this repository.
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { getPart, parseImports, resolveImports, type Source } from './imports.ts';
import { kebabCase } from './name-rules.ts';

/** The only files outside test/ that may import something of it, and what they may import. */
const importersOfTests: Readonly<Record<string, readonly string[]>> = {
  // `npm run chaos` runs for hours what a test runs for seconds.
  'commands/chaos.ts': [
    'test/faults/chaos/chaos.ts',
    'test/faults/restarts/run-restarts.ts',
    'test/faults/events/run-feed.ts',
    'test/faults/events/run-followers.ts',
  ],
  // The unit tests are found by what they import.
  'vitest.unit.config.ts': ['test/architecture/unit-tests.ts', 'test/support/sources.ts'],
};

function mayImport(from: string, to: string): boolean {
  if (from === 'test') return true;
  if (to === 'test') return false;
  // An example is a client: it knows what the graph publishes, and nothing of what is behind. Nothing needs an example.
  if (from === 'examples') return to === 'examples' || to === 'api';
  if (to === 'examples') return false;
  if (from === to || from === 'local' || from === 'commands' || from === 'bench') return true;
  // What proves a change safe asks the gateway how it plans.
  if (from === 'checks' && to === 'gateway') return true;
  const standsOnPlatform = ['gateway', 'console', 'checks', 'templates'].includes(from);
  return to === 'platform' && (standsOnPlatform || from.startsWith('subgraphs'));
}

/** A part imports itself and what stands below it; relative imports end in .ts; built-in modules are named with `node:`. */
export function brokenImports(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => [
    ...resolveImports(source)
      .filter(({ target }) => !importersOfTests[source.path]?.includes(target))
      .filter(({ target }) => !mayImport(getPart(source.path), getPart(target)))
      .map(
        ({ target }) =>
          `${source.path} imports ${target}: ${getPart(source.path)} may not import ${getPart(target)}`,
      ),
    ...parseImports(source.text).flatMap(({ specifier }) => {
      if (specifier.startsWith('.'))
        return isComplete(source.path, specifier) ? [] : [`${source.path}: "${specifier}" must end in .ts`];
      // Newer modules are built in only under their name with the prefix: "node:sqlite" is one, and "sqlite" is none.
      return builtinModules.includes(specifier) && !specifier.startsWith('node:')
        ? [`${source.path}: write "node:${specifier}"`]
        : [];
    }),
  ]);
}

/** A page imports its style sheets as well, and an example the published data; their bundlers resolve them. */
function isComplete(path: string, specifier: string): boolean {
  if (specifier.endsWith('.ts')) return true;
  if (getPart(path) === 'examples') return /\.(tsx|json|css)$/.test(specifier);
  return getPart(path) === 'console' && specifier.endsWith('.css');
}

/** Computed imports hide what is imported; one file loads subgraphs by the name that supergraph.yaml gives them. */
export function computedImports(sources: readonly Source[]): string[] {
  return sources
    .filter(({ path }) => path !== 'subgraphs/load.ts' && !path.startsWith('test/'))
    .filter(({ text }) => /\bimport\(\s*[^'")\s]/.test(text))
    .map(({ path }) => `${path} imports by a computed name`);
}

/** Inside a subgraph: resolvers → behaviour → table → platform, one way. */
export function brokenLayers(sources: readonly Source[], mutations: readonly string[]): string[] {
  const behaviours = new Set(mutations.map((name) => `${kebabCase(name)}.ts`));
  const isBehaviour = (path: string) => {
    const file = posix.basename(path);
    return behaviours.has(file) || file === 'make-purchase.ts' || /^on-|-saga\.ts$/.test(file);
  };
  const isTable = ({ text }: Source) => text.includes('new EntitySchema');
  return sources
    .filter(({ path }) => getPart(path).startsWith('subgraphs/'))
    .flatMap((source) =>
      resolveImports(source).flatMap(({ target, isTypeOnly }) => {
        const problem = `${source.path} imports ${target}`;
        const file = posix.basename(target);
        if (file === 'resolvers.ts' && !source.path.endsWith('/index.ts'))
          return [`${problem}: only index.ts may`];
        if (file === 'index.ts' && !isTypeOnly) return [`${problem}: only its types may be imported`];
        if (isTable(source) && isBehaviour(target)) return [`${problem}: a table knows no behaviour`];
        return [];
      }),
    );
}
