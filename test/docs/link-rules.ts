// Rules about how pages refer to each other. Each answers what is wrong, one line for each problem.
import { posix } from 'node:path';
import type { MarkdownPage, Project } from './markdown.ts';

/** Links to a file, a folder or a heading that is not there. Addresses of other sites are not asked. */
export function findBrokenLinks({ pages, paths }: Pick<Project, 'pages' | 'paths'>): string[] {
  const byPath = new Map(pages.map((page) => [page.path, page]));
  return pages.flatMap((page) =>
    page.links.filter(isRelative).flatMap((link) => {
      const { target, anchor } = resolveLink(page, link);
      if (target !== '.' && !paths.has(target)) return [`${page.path}: ${link} leads to no file`];
      const known = byPath.get(target)?.anchors;
      if (anchor === undefined || known === undefined || known.has(anchor)) return [];
      return [`${page.path}: ${link} leads to no heading`];
    }),
  );
}

/** Pages of a folder to which no chain of links leads from the folder's index. */
export function findUnreachablePages(
  { pages }: Pick<Project, 'pages'>,
  index: string,
  folder: string,
): string[] {
  const byPath = new Map(pages.map((page) => [page.path, page]));
  const reached = new Set<string>();
  const waiting = [index];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const page = byPath.get(path);
    if (page === undefined || reached.has(path)) continue;
    reached.add(path);
    waiting.push(...page.links.filter(isRelative).map((link) => resolveLink(page, link).target));
  }
  return pages
    .map(({ path }) => path)
    .filter((path) => path.startsWith(`${folder}/`) && !reached.has(path))
    .map((path) => `${path}: no link leads to it from ${index}`);
}

function isRelative(link: string): boolean {
  return !/^[a-z]+:/i.test(link);
}

function resolveLink(page: MarkdownPage, link: string): { target: string; anchor: string | undefined } {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page.path : posix.join(posix.dirname(page.path), path).replace(/\/$/, '');
  return { target, anchor };
}
