// What a source file imports, as text: the rules of the architecture and the list of unit tests start from it.
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

/** Specifiers of import, export … from, import type, and import() with a literal. */
export function parseImports(text: string): Import[] {
  const statements = text.matchAll(/^\s*(?:import|export)\s+(type\b)?[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm);
  const bare = text.matchAll(/^\s*import\s*['"]([^'"]+)['"]/gm);
  const dynamic = text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g);
  return [
    ...[...statements].map(([, type, specifier = '']) => ({ specifier, isTypeOnly: type !== undefined })),
    ...[...bare, ...dynamic].map(([, specifier = '']) => ({ specifier, isTypeOnly: false })),
  ];
}

/** The paths that a source imports from this repository. */
export function resolveImports({ path, text }: Source): (Import & { target: string })[] {
  return parseImports(text)
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map((found) => ({ ...found, target: posix.join(posix.dirname(path), found.specifier) }));
}

/**
 * The part of the system that a path belongs to: `subgraphs/accounts`, `subgraphs`, `platform`, `gateway`, `test`, … The template of
 * a subgraph's tests becomes tests.
 */
export function getPart(path: string): string {
  const [top = '', second = ''] = path.split('/');
  if (!path.includes('/')) return 'the root';
  if (path.startsWith('templates/test/')) return 'test';
  return top === 'subgraphs' && !second.endsWith('.ts') ? `subgraphs/${second}` : top;
}
