// A small git repository with the schemas of a graph and its registered operations. Tests change files, and run the checks
// against a commit.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { onTestFinished } from 'vitest';
import { canDeploy } from '../../../checks/deploy/deploy.ts';
import { checkSchema } from '../../../checks/schema/check.ts';
import { type Comparison, openComparison } from '../../../checks/schema/comparison.ts';
import type { Verdict } from '../../../checks/schema/report.ts';
import { temporaryFolder } from '../../support/temporary.ts';

export const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@override",
  "@shareable", "@external", "@requires", "@inaccessible", "@composeDirective"])\n`;

export interface Repository {
  folder: string;
  supergraph: string;
  operations: string;
  /** Null removes a file. */
  write: (files: Readonly<Record<string, string | null>>) => void;
  commit: () => string;
  git: (...args: string[]) => string;
}

/** `<name>/schema.graphql` for each, registered in supergraph.yaml in this order. */
export function buildMap(names: readonly string[]): string {
  const entries = names.map(
    (name) =>
      `  ${name}:\n    routing_url: http://${name}.internal/graphql\n    schema: { file: ${name}/schema.graphql }\n`,
  );
  return `federation_version: =2.14.4\nsubgraphs:\n${entries.join('')}`;
}

/** Commits the schemas (without their @link line) and the operations, by name, on main. The caller removes the folder. */
export function createRepository(
  schemas: Readonly<Record<string, string>>,
  operations: Readonly<Record<string, string>>,
): Repository {
  const folder = temporaryFolder();
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
    }).trim();
  const write: Repository['write'] = (files) => {
    for (const [path, text] of Object.entries(files)) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      if (text === null) rmSync(file);
      else writeFileSync(file, text);
    }
  };
  const commit = () => {
    git('add', '--all');
    git('commit', '--quiet', '--message', 'A change');
    return git('rev-parse', '--short=7', 'HEAD');
  };
  git('init', '--quiet', '--initial-branch', 'main');
  write({
    'supergraph.yaml': buildMap(Object.keys(schemas)),
    'operations/.keep': '',
    ...schemaFiles(schemas),
    ...operationFiles(operations),
  });
  commit();
  return {
    folder,
    supergraph: join(folder, 'supergraph.yaml'),
    operations: join(folder, 'operations'),
    write,
    commit,
    git,
  };
}

/** The same repository for one test: it is removed when the test ends. */
export function openRepository(...files: Parameters<typeof createRepository>): Repository {
  const repository = createRepository(...files);
  onTestFinished(() => rmSync(repository.folder, { recursive: true, force: true }));
  return repository;
}

export function schemaFiles(schemas: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, sdl]) => [`${name}/schema.graphql`, link + sdl]),
  );
}

export function operationFiles(operations: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(operations).map(([name, text]) => [`operations/${name}.graphql`, text]),
  );
}

/** Compares the files in the folder with the last commit, or with the commit that `against` names. The caller closes it. */
export function compareRepository({ supergraph }: Repository, against?: string): Comparison {
  return openComparison({
    supergraph,
    flags: new Set(),
    names: [],
    ...(against === undefined ? {} : { against }),
  });
}

/** The report of a schema check, with paths relative to the repository. */
export async function checkRepository(
  repository: Repository,
  { allowUnused = false, against }: { allowUnused?: boolean; against?: string } = {},
): Promise<Verdict> {
  const comparison = compareRepository(repository, against);
  try {
    return shortenPaths(repository, await checkSchema(comparison, { allowUnused }));
  } finally {
    comparison.close();
  }
}

/** The report on a deployment of one subgraph, with paths relative to the repository. */
export function judgeDeployment(
  repository: Repository,
  subgraph: string,
  { anyOrder = false } = {},
): Verdict {
  const comparison = compareRepository(repository);
  try {
    return shortenPaths(repository, canDeploy(subgraph, comparison, { anyOrder }));
  } finally {
    comparison.close();
  }
}

function shortenPaths({ folder }: Repository, { lines, passes }: Verdict): Verdict {
  const here = `${relative(process.cwd(), folder)}/`;
  return { passes, lines: lines.map((line) => line.replaceAll(here, '')) };
}
