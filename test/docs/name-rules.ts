// Rules about names of things outside of a page: commands, paths, variables. Each answers what is wrong, one line for each
// problem. A name with a placeholder in it (`<name>`, `*`, `…`) is a pattern and not checked.
import { posix } from 'node:path';
import type { MarkdownPage, Project } from './markdown.ts';

/** Languages of code blocks in which commands, variables and paths are names of this project. */
const shellLanguages = new Set(['sh', 'bash', 'shell']);

/** npm scripts that no package.json has. */
export function findUnknownCommands({ pages, scripts }: Pick<Project, 'pages' | 'scripts'>): string[] {
  return pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\bnpm (?:run ([a-z][\w:-]*)|(start|test)\b)(?: --prefix ([^\s`]+))?/g)].flatMap(
      ([command, script, lifecycle, folder = '']) =>
        scripts.get(folder)?.has(script ?? lifecycle ?? '') ? [] : [`${path}: no package has "${command}"`],
    ),
  );
}

/** npm scripts of the root that a page leaves out. */
export function findMissingCommands({ path, text }: MarkdownPage, scripts: ReadonlySet<string>): string[] {
  const isNamed = (script: string) => new RegExp(`\\bnpm (?:run )?${script}(?![\\w:-])`).test(text);
  return [...scripts]
    .filter((script) => !isNamed(script))
    .map((script) => `${path}: leaves out "npm run ${script}"`);
}

/** Files and folders in code that are not there. */
export function findMissingPaths({ pages, paths }: Pick<Project, 'pages' | 'paths'>): string[] {
  const known = new Set([...paths].flatMap(endings));
  const roots = new Set([...paths].map((path) => path.split('/')[0] ?? ''));
  const isMissing = (page: MarkdownPage, token: string) => {
    const path = token.replace(/\/$/, '');
    // A path that begins at the root is meant from there, whatever ends like it elsewhere.
    const isWhole = path.includes('/') && roots.has(path.split('/')[0] ?? '');
    const there = isWhole ? paths : known;
    return !there.has(path) && !there.has(`${path}.test.ts`) && !paths.has(besides(page, path));
  };
  return pages.flatMap((page) => {
    const inline = page.inlineCode.flatMap(tokensIn).filter((token) => isPath(token, roots));
    const inBlocks = page.blocks
      .filter(({ language }) => shellLanguages.has(language) || language === 'mermaid')
      .flatMap(({ text }) => tokensIn(text))
      .filter((token) => token.includes('/') && roots.has(token.split('/')[0] ?? ''));
    const named = new Set([...inline, ...inBlocks]);
    return [...named]
      .filter((token) => !isGenerated(token) && isMissing(page, token))
      .map((token) => `${page.path}: ${token} is not there`);
  });
}

/** Environment variables that .env.example does not have. What is set in a shell is always one. */
export function findUnknownVariables({
  pages,
  variables,
  codes,
}: Pick<Project, 'pages' | 'variables' | 'codes'>): string[] {
  return pages.flatMap(({ path, inlineCode, blocks }) => {
    const shell = blocks.filter(({ language }) => shellLanguages.has(language)).map(({ text }) => text);
    const written = [...inlineCode, ...shell].filter((code) => !code.includes('…_') && !code.includes('_…'));
    const named = written.flatMap((code) => code.match(/(?<![\w.$@<-])[A-Z][A-Z\d]*(?:_[A-Z\d]+)+\b/g) ?? []);
    const set = written.flatMap((code) => code.match(/(?<![\w.$@<-])[A-Z][A-Z\d_]*(?==)/g) ?? []);
    const unknown = new Set([
      ...named.filter((name) => !variables.has(name) && !codes.has(name)),
      ...set.filter((name) => !variables.has(name)),
    ]);
    return [...unknown]
      .filter((name) => !ofOthers.has(name))
      .map((name) => `${path}: ${name} is not in .env.example`);
  });
}

/** Variables that programs of others read. */
const ofOthers: ReadonlySet<string> = new Set(['NODE_OPTIONS', 'PATH', 'VITE_GRAPH_URL']);

/** `a/b/c` can be named by `a/b/c`, `b/c` and `c`. */
function endings(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_part, index) => parts.slice(index).join('/'));
}

function besides(page: MarkdownPage, path: string): string {
  return posix.join(posix.dirname(page.path), path);
}

function tokensIn(code: string): string[] {
  return code
    .split(/[\s,;()[\]{}"'|=]+|<br>/)
    .map((token) => token.replace(/[.:]+$/, ''))
    .filter((token) => /^\.?[\w@][\w.@-]*(?:\/[\w.@-]+)*\/?$/.test(token));
}

function isPath(token: string, roots: ReadonlySet<string>): boolean {
  const isFile = /[^/]\.(?:ts|mjs|md|json|graphql|ya?ml|sql|toml|txt|svg)$/.test(token);
  return isFile || token.endsWith('/') || (token.includes('/') && roots.has(token.split('/')[0] ?? ''));
}

/** What is made while the project runs, and not committed. */
function isGenerated(token: string): boolean {
  return token === 'supergraph.graphql' || /(?:^|\/)(?:\.data|node_modules)(?:\/|$)/.test(token);
}
