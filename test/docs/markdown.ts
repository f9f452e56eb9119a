// Reads Markdown as far as the rules of the documentation need it: headings, links, and code by its language.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';

export interface CodeBlock {
  /** The word after the fence; empty where there is none. */
  language: string;
  text: string;
}

export interface MarkdownPage {
  /** Relative to the root of the project, with slashes. */
  path: string;
  text: string;
  /** The anchors that GitHub gives to its headings. */
  anchors: ReadonlySet<string>;
  /** The targets of its links, as they are written. */
  links: readonly string[];
  blocks: readonly CodeBlock[];
  /** What stands in backticks within a line. */
  inlineCode: readonly string[];
}

/** What pages may refer to. */
export interface Project {
  pages: readonly MarkdownPage[];
  /** Every file and folder, relative to the root. */
  paths: ReadonlySet<string>;
  /** The names of the npm scripts, by the folder of their package.json; the root's folder is ''. */
  scripts: ReadonlyMap<string, ReadonlySet<string>>;
  /** The environment variables of .env.example. */
  variables: ReadonlySet<string>;
  /** Error codes and enum values: they are written like variables. */
  codes: ReadonlySet<string>;
}

const root = resolve(import.meta.dirname, '../..');
/** Folders that hold nothing of the project: packages, local data, git's own files. */
const foreignFolders = new Set(['node_modules', '.data', '.git']);

export function parseMarkdown(path: string, text: string): MarkdownPage {
  const blocks: CodeBlock[] = [];
  const prose = text.replaceAll(
    /^( *)```(\S*)[^\n]*\n([\s\S]*?)^\1```\s*$/gm,
    (_all, _indent, language, code) => {
      blocks.push({ language, text: code });
      return '';
    },
  );
  const inlineCode = [...prose.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
  const withoutCode = prose.replaceAll(/`[^`]+`/g, (code) => 'x'.repeat(code.length));
  const links = [...withoutCode.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return { path, text, anchors: findAnchors(prose), links, blocks, inlineCode };
}

/** As GitHub makes them: lower case, without punctuation, a dash for each space, numbered where one stands twice. */
function findAnchors(prose: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of prose.matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const plain = heading.replaceAll(/[`*]|\]\([^)]*\)/g, '').toLowerCase();
    const slug = plain.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(/\s/g, '-');
    let anchor = slug;
    for (let repeat = 1; anchors.has(anchor); repeat++) anchor = `${slug}-${repeat}`;
    anchors.add(anchor);
  }
  return anchors;
}

export function readProject(): Project {
  const paths = new Set<string>();
  collectPaths('', paths);
  const files = [...paths];
  const pages = files
    .filter((path) => path.endsWith('.md'))
    .map((path) => parseMarkdown(path, readText(path)));
  const packages = files.filter((path) => /(^|\/)package\.json$/.test(path));
  const codes = files
    .filter((path) => /(^|\/)(errors\.ts|refusal\.ts|schema\.graphql)$/.test(path))
    .flatMap((path) => readText(path).match(/\b[A-Z][A-Z\d]*(?:_[A-Z\d]+)+\b/g) ?? []);
  return {
    pages,
    paths,
    scripts: new Map(packages.map((path) => [path.slice(0, -'/package.json'.length), readScripts(path)])),
    variables: new Set(Object.keys(parseEnv(readText('.env.example')))),
    codes: new Set(codes),
  };
}

function collectPaths(folder: string, paths: Set<string>): void {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    if (foreignFolders.has(entry.name)) continue;
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    paths.add(path);
    if (entry.isDirectory()) collectPaths(path, paths);
  }
}

function readScripts(path: string): Set<string> {
  const { scripts = {} } = JSON.parse(readText(path)) as { scripts?: Record<string, string> };
  return new Set(Object.keys(scripts));
}

export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
