// The template of a new subgraph: templates/subgraph/ becomes subgraphs/<name>/, templates/test/ becomes test/<name>/, and
// templates/operations/ the first operations of its clients. The template is a subgraph named reviews, which compiles; here it gets
// another name.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { NameError, type Names } from './names.ts';

const templates = resolve(import.meta.dirname, '../../templates');
export const templateFolder = join(templates, 'subgraph');

/** Written by commands for each subgraph. */
const writtenFiles = ['resolvers.generated.ts'];

/** The files of a new subgraph, by their path from the root of the project. Throws NameError. */
export function renderTemplate(names: Names): ReadonlyMap<string, string> {
  const targets = {
    subgraph: `subgraphs/${names.subgraph}`,
    test: `test/${names.subgraph}`,
    operations: 'operations',
  };
  const sources = Object.entries(targets).flatMap(([part, target]) =>
    readdirSync(join(templates, part), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !writtenFiles.includes(entry.name))
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        const within = path
          .slice(join(templates, part).length + 1)
          .split(sep)
          .join('/');
        return { path: `${target}/${within}`, text: readFileSync(path, 'utf8') };
      }),
  );
  refuseWordsOfTheTemplate(
    names,
    sources.map(({ text }) => text),
  );
  return new Map(
    sources.map(({ path, text }) => [
      path.replaceAll(/reviews|review/g, (word) => toKebab(word === 'reviews' ? names.list : names.field)),
      text
        .split('\n')
        .map((line) => renameLine(line, names))
        .join('\n')
        .replaceAll("'../../test/", "'../"),
    ]),
  );
}

/** A name that the template uses for something else would be declared twice. */
function refuseWordsOfTheTemplate({ list, field, type }: Names, texts: readonly string[]): void {
  const words = new Set(texts.flatMap((text) => text.match(/\w+/g) ?? []));
  const taken = [list, field, type].find((word) => words.has(word) && !/^reviews?$/i.test(word));
  if (taken !== undefined)
    throw new NameError(
      `"${taken}" means something else in the files of a new subgraph; choose another name or --type`,
    );
}

function renameLine(line: string, names: Names): string {
  const isProse = /^\s*(?:\/\/|\/?\*|#|--|"[^"]*"\s*$|[A-Z][^:]*\.$)/.test(line);
  return line.replaceAll(/REVIEW|Reviews?|reviews?/g, (word, offset: number) => {
    const before = line.slice(0, offset);
    const after = line.slice(offset + word.length);
    switch (word) {
      case 'REVIEW':
        return names.table.toUpperCase();
      case 'Reviews':
        return names.listType;
      case 'Review':
        return names.type;
      case 'reviews':
        if (/(?:subgraphs|test)\/$/.test(before) || /^\.review\b/.test(after) || isQuoted(before, after))
          return names.subgraph;
        if (/^\.test\.ts/.test(after)) return toKebab(names.list);
        if (!isProse) return names.list;
        return after.startsWith(':') ? names.subgraph : names.subgraph.replaceAll('_', ' ');
      default:
        if (after.startsWith('_') || before.endsWith('reviews.') || isQuoted(before, after))
          return names.table;
        if (/^(?:\.ts|-)/.test(after) || before.endsWith('-')) return toKebab(names.field);
        return isProse ? names.words : names.field;
    }
  });
}

function isQuoted(before: string, after: string): boolean {
  return before.endsWith("'") && after.startsWith("'");
}

function toKebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
