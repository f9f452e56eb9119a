// The rules of the house as functions: sources in, broken rules out, one line each. architecture.test.ts applies them
// to this repository, architecture-rules.test.ts shows on made-up sources that each of them can fail.
import { builtinModules } from 'node:module';
import { posix } from 'node:path';

export interface Source {
  /** Relative to the root of the repository, with forward slashes. */
  path: string;
  text: string;
}

export interface Import {
  specifier: string;
  isTypeOnly: boolean;
}

const bannedNames = [
  'utils',
  'helpers',
  'common',
  'lib',
  'shared',
  'misc',
  'manager',
  'service',
  'data',
  'types',
];

/** Longest file, in lines; generated ones excepted. */
const maximumLines = 250;

/** Specifiers of import, export … from, import type, and import() with a literal. */
export function importsOf(text: string): Import[] {
  const statements = text.matchAll(/^\s*(?:import|export)\s+(type\b)?[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm);
  const bare = text.matchAll(/^\s*import\s*['"]([^'"]+)['"]/gm);
  const dynamic = text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g);
  return [
    ...[...statements].map(([, type, specifier = '']) => ({ specifier, isTypeOnly: type !== undefined })),
    ...[...bare, ...dynamic].map(([, specifier = '']) => ({ specifier, isTypeOnly: false })),
  ];
}

/** The paths that a source imports from this repository. */
function targetsOf({ path, text }: Source): (Import & { target: string })[] {
  return importsOf(text)
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map((found) => ({ ...found, target: posix.join(posix.dirname(path), found.specifier) }));
}

/** The part of the system that a path belongs to: `subgraphs/accounts`, `subgraphs`, `platform`, `gateway`, `test`, … */
function partOf(path: string): string {
  const [top = '', second = ''] = path.split('/');
  if (!path.includes('/')) return 'the root';
  return top === 'subgraphs' && !second.endsWith('.ts') ? `subgraphs/${second}` : top;
}

/** The only files outside test/ that may import something of it, and what they may import. */
const importersOfTests: Readonly<Record<string, readonly string[]>> = {
  // `npm run chaos` runs for hours what a test runs for seconds.
  'commands/chaos.ts': ['test/faults/chaos.ts'],
  // The unit tests are found by what they import.
  'vitest.unit.config.ts': ['test/unit-tests.ts', 'test/support/sources.ts'],
};

function mayImport(from: string, to: string): boolean {
  if (from === 'test') return true;
  if (to === 'test') return false;
  if (from === to || from === 'local' || from === 'commands' || from === 'bench') return true;
  // What proves a change safe asks the gateway how it plans.
  if (from === 'checks' && to === 'gateway') return true;
  return to === 'platform' && (from === 'gateway' || from === 'checks' || from.startsWith('subgraphs'));
}

/** STYLE: who may import whom; relative imports end in .ts; built-in modules are named with `node:`. */
export function brokenImports(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => [
    ...targetsOf(source)
      .filter(({ target }) => !importersOfTests[source.path]?.includes(target))
      .filter(({ target }) => !mayImport(partOf(source.path), partOf(target)))
      .map(
        ({ target }) =>
          `${source.path} imports ${target}: ${partOf(source.path)} may not import ${partOf(target)}`,
      ),
    ...importsOf(source.text).flatMap(({ specifier }) => {
      if (specifier.startsWith('.'))
        return specifier.endsWith('.ts') ? [] : [`${source.path}: "${specifier}" must end in .ts`];
      return builtinModules.includes(specifier) ? [`${source.path}: write "node:${specifier}"`] : [];
    }),
  ]);
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
    .filter(({ path }) => partOf(path).startsWith('subgraphs/'))
    .flatMap((source) =>
      targetsOf(source).flatMap(({ target, isTypeOnly }) => {
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

/** One file reads the environment. */
export function readersOfEnvironment(sources: readonly Source[]): string[] {
  return sources
    .filter(
      ({ path }) =>
        path !== 'platform/process/environment.ts' &&
        path !== 'vitest.config.ts' &&
        !path.startsWith('test/'),
    )
    .filter(({ text }) =>
      /\bprocess\s*(\?\.|\.|\[')\s*env\b|\{[^}]*\benv\b[^}]*\}\s*(=|from)\s*['"]?(node:)?process\b/.test(
        text,
      ),
    )
    .map(({ path }) => `${path} reads process.env: only platform/process/environment.ts may`);
}

/** Names that say nothing, of files and of folders. */
export function meaninglessNames(paths: readonly string[]): string[] {
  return paths
    .filter((path) => path.split('/').some((part) => bannedNames.includes(part.replace(/\..*$/, ''))))
    .map((path) => `${path}: name it after what it does`);
}

/** A mutation is a file. */
export function missingMutationFiles(
  subgraph: string,
  mutations: readonly string[],
  files: readonly string[],
  exceptions: Readonly<Record<string, string>> = {},
): string[] {
  return mutations
    .map((name) => exceptions[`${subgraph}.${name}`] ?? `${kebabCase(name)}.ts`)
    .filter((file) => !files.includes(`subgraphs/${subgraph}/${file}`))
    .map((file) => `subgraphs/${subgraph}/${file} is missing`);
}

/** Scripts of package.json that run tools and other scripts, no file of this repository. */
const toolScripts = ['types', 'lint', 'format', 'check', 'test'];

/** `npm run <x>` is commands/<x>.ts, with "-" for ":", and every file in commands/ is such a script. */
export function misnamedScripts(
  scripts: Readonly<Record<string, string>>,
  files: readonly string[],
): string[] {
  const commandOf = (name: string) => `commands/${name.replaceAll(':', '-')}.ts`;
  const commands = new Set(Object.keys(scripts).map(commandOf));
  return [
    ...Object.entries(scripts)
      .filter(([name, script]) =>
        toolScripts.includes(name) ? /\bnode\b/.test(script) : script !== `node ${commandOf(name)}`,
      )
      .map(([name, script]) => `npm run ${name} is "${script}", not "node ${commandOf(name)}"`),
    ...files
      .filter((path) => path.startsWith('commands/') && !commands.has(path))
      .map((path) => `${path} is no script of package.json`),
  ];
}

export function tooLong(sources: readonly Source[]): string[] {
  return sources
    .filter(({ path }) => !path.endsWith('.generated.ts'))
    .map(({ path, text }) => ({ path, lines: text.replace(/\n$/, '').split('\n').length }))
    .filter(({ lines }) => lines > maximumLines)
    .map(({ path, lines }) => `${path} has ${lines} lines, more than ${maximumLines}: split it by behaviour`);
}

/** Promises to do something later stand in an issue. */
export function promisesWithoutIssue(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, index) =>
        /\b(TODO|FIXME)\b(?!.*#\d)/.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [],
      ),
  );
}

/** The one file that makes an id of a text. */
const idsFile = 'platform/values/ids.ts';

/** Ids have their types from the makers and checks of one file: a cast anywhere else would pass one id for another. */
export function castIds(sources: readonly Source[]): string[] {
  const ids = sources.find(({ path }) => path === idsFile)?.text ?? '';
  const names = [...ids.matchAll(/^export type (\w+) = Branded</gm)].map(([, name]) => name);
  if (names.length === 0) return [`${idsFile} defines no id`];
  // `x as AccountId`, `x as readonly AccountId[]`, `(x): x is AccountId`, `asserts x is AccountId`.
  const cast = new RegExp(`\\b(?:as|is)\\s[^;,(){}=]*\\b(?:${names.join('|')})\\b`);
  return sources
    .filter(({ path }) => path !== idsFile && !path.endsWith('.generated.ts'))
    .flatMap(({ path, text }) =>
      text
        .split('\n')
        .flatMap((line, index) =>
          !/^\s*(\/\/|\/?\*)/.test(line) && cast.test(line)
            ? [`${path}:${index + 1}: ${line.trim()}: let ${idsFile} make the id`]
            : [],
        ),
    );
}

/** Named exports, no barrels. */
export function unwantedExports(sources: readonly Source[]): string[] {
  return sources
    .filter(({ path }) => path.includes('/') && !path.startsWith('test/') && !path.endsWith('.generated.ts'))
    .flatMap(({ path, text }) => [
      ...(/^export default\b/m.test(text) ? [`${path} has a default export: name it`] : []),
      ...(/^export\s+(\*|type\s+\*|(type\s+)?\{[^}]*\}\s*from\b)/m.test(text)
        ? [`${path} passes on another file's exports: import that file`]
        : []),
    ]);
}

export function kebabCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
