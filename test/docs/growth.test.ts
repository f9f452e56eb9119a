// The table of docs/databases.md names every table of every subgraph, with how long its rows are kept. A subgraph may say it
// in test/<name>/about.ts instead.
import { readFileSync } from 'node:fs';
import { expect, inject, test } from 'vitest';
import { readSupergraphMap } from '../../platform/supergraph-map.ts';
import { loadAbout } from '../support/about.ts';
import { cloneDatabase, query } from '../support/databases.ts';

const heading = '## What grows, and how long it is kept\n';

function listDocumentedTables(): string[] {
  const text = readFileSync(new URL('../../docs/databases.md', import.meta.url), 'utf8');
  const [, chapter = ''] = text.split(heading);
  const rows = (chapter.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| `'));
  return rows.flatMap((line) =>
    [...(line.split('|')[1] ?? '').matchAll(/`(\w+\.\w+)`/g)].map(([, name = '']) => name),
  );
}

/** The tables of the platform, which each database has. */
const ofThePlatform = ['migration', 'instance_code'];

async function listTables(name: string): Promise<string[]> {
  const { urls, drop } = await cloneDatabase({ adminUrl: inject('adminUrl'), name });
  try {
    const rows = await query(
      urls.owner,
      `SELECT relname FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition`,
      [name],
    );
    return rows.map(({ relname }) => String(relname));
  } finally {
    await drop();
  }
}

test('names each table of each subgraph, and no table that does not exist', async () => {
  const names = readSupergraphMap().subgraphs.map(({ name }) => name);
  const found = await Promise.all(
    names.map(async (name) =>
      (await listTables(name)).map((table) =>
        ofThePlatform.includes(table) ? `each.${table}` : `${name}.${table}`,
      ),
    ),
  );
  const stated = [...(await loadAbout())].flatMap(([name, { rowsKept = {} }]) =>
    Object.keys(rowsKept).map((table) => `${name}.${table}`),
  );
  const documented = [...listDocumentedTables(), ...stated];
  expect(documented.toSorted()).toEqual([...new Set(found.flat())].toSorted());
});
