// How files, folders and scripts are named. Each rule returns what breaks it, one line each; name-rules.test.ts shows on made-up
// names that each of them can fail.

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

export function kebabCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Most files that a newcomer can take in side by side. */
const maxFilesInFolder = 16;

/** Files that every subgraph has under the same names: a reader who knows one of them knows all. */
const tablesOfContents = ['index.ts', 'own.ts', 'resolvers.ts', 'errors.ts'];

/** Folders that are lists: one file a case or a command, none of which a reader needs for another. Cases may be any number. */
const maxFilesInList = new Map([
  ['test/federation/graphs', Number.POSITIVE_INFINITY],
  ['commands', 24],
  ['test/commands', 24],
]);

/** Folders with more source files side by side than `maxFilesInFolder`: split them into rooms. Generated files do not count. */
export function crowdedFolders(paths: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    const file = path.slice(folder.length + 1);
    const isContents = /^subgraphs\/\w+$/.test(folder) && tablesOfContents.includes(file);
    if (!file.endsWith('.ts') || file.endsWith('.generated.ts') || isContents) continue;
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts]
    .map(([folder, count]) => ({ folder, count, max: maxFilesInList.get(folder) ?? maxFilesInFolder }))
    .filter(({ count, max }) => count > max)
    .map(({ folder, count, max }) => `${folder} has ${count} files side by side, more than ${max}`);
}
