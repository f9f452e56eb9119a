// The catalogue for people: as text for the terminal, and as the tables of docs/events.md, which stand between two markers.
import { type CataloguedFollower, nameFollower, type Publisher } from './catalogue.ts';
import { type Field, listFields } from './json-schema.ts';

/** The lines of the terminal. */
export function printCatalogue(publishers: readonly Publisher[]): string[] {
  if (publishers.length === 0) return ['No subgraph publishes events.'];
  return publishers.flatMap(({ name, types }) => [
    name,
    ...types.flatMap(({ name, description, data, followers }) => [
      `  ${name}: ${description}`,
      ...alignFields(listFields(data)),
      ...(followers.length === 0 ? ['    no follower'] : []),
      ...followers.map((each) => `    followed by ${nameFollower(each)}, which reads ${listReads(each)}`),
    ]),
  ]);
}

function alignFields(fields: readonly Field[]): string[] {
  const width = Math.max(0, ...fields.map(({ path }) => path.length));
  return fields.map(({ path, value }) => `    ${path.padEnd(width)}  ${value}`);
}

const begin = '<!-- Written by `npm run events`. -->';
const end = '<!-- End of what `npm run events` writes. -->';

/** Throws for a page without the two markers. */
export function writeTables(page: string, publishers: readonly Publisher[]): string {
  const [before, ...rest] = page.split(begin);
  const after = rest.join(begin).split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error(`docs/events.md lacks the lines between which its tables stand: ${begin} and ${end}`);
  const tables = [...formatTypes(publishers), '', ...formatFields(publishers)];
  return `${before}${begin}\n\n${tables.join('\n')}\n\n${end}${after}`;
}

function formatTypes(publishers: readonly Publisher[]): string[] {
  const rows = publishers.flatMap(({ name: publisher, types }) =>
    types.map(({ name, description, followers }) => [
      publisher,
      code(name),
      description,
      followers.map((each) => `${nameFollower(each)} (${listReads(each, code)})`).join(', '),
    ]),
  );
  return formatTable(['publisher', 'type', 'meaning', 'followers, and what they read'], rows);
}

function formatFields(publishers: readonly Publisher[]): string[] {
  const types = publishers.flatMap(({ types }) => types);
  const rows = types.flatMap(({ name, data }) =>
    listFields(data).map(({ path, value }) => [code(name), code(path), code(value)]),
  );
  return formatTable(['type', 'field of `data`', 'value'], rows);
}

function listReads({ reads }: CataloguedFollower, format = (path: string) => path): string {
  const paths = listFields(reads).map(({ path }) => format(path));
  return paths.length === 0 ? 'no field' : paths.join(', ');
}

const code = (text: string) => `\`${text}\``;

function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const format = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [format(head), format(head.map(() => '---')), ...rows.map(format)];
}
