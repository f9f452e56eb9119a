// A small git repository with a graph in it: two subgraphs, one registered operation. Tests change files and compare.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
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
export function mapOf(names: readonly string[]): string {
  const entries = names.map(
    (name) =>
      `  ${name}:\n    routing_url: http://${name}.internal/graphql\n    schema: { file: ${name}/schema.graphql }\n`,
  );
  return `federation_version: =2.14.4\nsubgraphs:\n${entries.join('')}`;
}

/** The schemas without their @link line, and operations by name; committed on main. */
export function repositoryWith(
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
    'supergraph.yaml': mapOf(Object.keys(schemas)),
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

/** What lies in the folder against its last commit, or what is named. */
export function compared({ supergraph }: Repository, against?: string): Comparison {
  return openComparison({
    supergraph,
    flags: new Set(),
    names: [],
    ...(against === undefined ? {} : { against }),
  });
}

/** The report of a schema check, with paths as they are in the repository. */
export async function checked(
  repository: Repository,
  allowUnused = false,
  against?: string,
): Promise<Verdict> {
  const comparison = compared(repository, against);
  try {
    return atHome(repository, await checkSchema(comparison, { allowUnused }));
  } finally {
    comparison.close();
  }
}

/** The same of a deployment. */
export function judged(repository: Repository, subgraph: string, anyOrder = false): Verdict {
  const comparison = compared(repository);
  try {
    return atHome(repository, canDeploy(subgraph, comparison, { anyOrder }));
  } finally {
    comparison.close();
  }
}

function atHome({ folder }: Repository, { lines, passes }: Verdict): Verdict {
  const here = `${relative(process.cwd(), folder)}/`;
  return { passes, lines: lines.map((line) => line.replaceAll(here, '')) };
}
