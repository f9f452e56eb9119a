// npm run new, in a copy of the project: the subgraph starts, answers across the graph, passes the checks, and goes again without a
// trace. What it refuses leaves no trace either.
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderUntaken } from '../../../local/new/add-subgraph.ts';
import { buildNames } from '../../../local/new/names.ts';
import { writeDerivedFiles } from '../../../local/new/project-commands.ts';
import { changeTogether } from '../../../local/new/project-files.ts';
import { findFreePort } from '../../../local/postgres/cluster.ts';
import { readSupergraphMap } from '../../../platform/supergraph-map.ts';
import { copyProject, runCommand, startCommand } from '../../support/commands.ts';
import { startProcess, waitUntilReady } from '../../support/processes.ts';
import { listFiles } from '../../support/sources.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const copy = temporaryFolder();
beforeAll(() => void copyProject(copy));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const run = (...args: string[]) => runCommand('new', args, {}, copy);

/** Every file of the project, with a digest of its content. */
function readProject(): Record<string, string> {
  const files = listFiles(copy).filter((path) => !path.startsWith('data/'));
  return Object.fromEntries(
    files.map((path) => [
      path,
      createHash('sha256')
        .update(readFileSync(join(copy, path)))
        .digest('hex'),
    ]),
  );
}

test.each([
  ['Reviews', undefined, '"Reviews" cannot name a subgraph: use a-z, 0-9 and _'],
  ['accounts_owner', undefined, 'it would be a database or a role that is there'],
  ['support', undefined, 'what is one of "support"? Name its type: npm run new -- support --type <Type>'],
  ['classes', 'Class', '"class" is a word of JavaScript'],
  ['constructors', undefined, '"constructor" is a word of JavaScript'],
  ['constructor', 'Builder', '"constructor" is a word of JavaScript'],
  ['has_own_property', 'Claim', '"hasOwnProperty" is a word of JavaScript'],
  ['value_ofs', undefined, '"valueOf" is a word of JavaScript'],
  ['symbols', undefined, '"Symbol" is a word of JavaScript'],
  ['escapes', undefined, '"escape" is a word of JavaScript; choose another name, or add --type'],
  ['notes', 'note', '"note" cannot name a type: begin with a capital letter'],
  ['products', undefined, 'supergraph.yaml has a subgraph "products" already'],
  ['journeys', undefined, 'test/journeys is there already'],
  ['sales', 'Purchase', 'the graph has Purchase already'],
  ['texts', undefined, '"texts" means something else in the files of a new subgraph'],
])('refuses the name %s with the type %s', (name, type, sentence) => {
  const map = readSupergraphMap(undefined, {});
  expect(() => renderUntaken(resolve('.'), map, buildNames(name, type))).toThrow(sentence);
});

test('takes a name that Node has as a global, and JavaScript has not', () => {
  expect(buildNames('events').type).toBe('Event');
});

test.each([
  [[], 2, /^usage: npm run new -- <name>/],
  [['reviews', '--force'], 2, /^usage: /],
  [['absent_notes', '--remove'], 1, /^There is no subgraph "absent_notes" in supergraph\.yaml/],
])('refuses %j and leaves every file as it is', async (args, status, sentence) => {
  const before = readProject();
  expect(await run(...args)).toEqual({ status, stdout: '', stderr: expect.stringMatching(sentence) });
  expect(readProject()).toEqual(before);
});

test('puts every file back when a step fails, and says what failed', async () => {
  const root = temporaryFolder();
  mkdirSync(join(root, 'contracts'));
  writeFileSync(join(root, 'supergraph.yaml'), 'before');
  writeFileSync(join(root, 'contracts/a.json'), '{}');
  const failing = changeTogether(root, ['subgraphs/new'], async () => {
    mkdirSync(join(root, 'subgraphs/new'), { recursive: true });
    writeFileSync(join(root, 'subgraphs/new/index.ts'), '');
    writeFileSync(join(root, 'supergraph.yaml'), 'after');
    writeFileSync(join(root, 'contracts/new.json'), '{}');
    rmSync(join(root, 'contracts/a.json'));
    await writeDerivedFiles(root, new AbortController().signal);
  });
  // This folder has no commands.
  await expect(failing).rejects.toThrow('commands/generate.ts: ');
  expect(listFiles(root).sort()).toEqual(['contracts/a.json', 'supergraph.yaml']);
  expect(readFileSync(join(root, 'supergraph.yaml'), 'utf8')).toBe('before');
  rmSync(root, { recursive: true });
});

test('writes a subgraph that starts, lists, creates and refuses, and takes it away again', async () => {
  const before = readProject();
  const { status, stdout, stderr } = await run('stock_notes');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('wrote subgraphs/stock_notes/create-stock-note.ts\n');
  const changed = Object.entries(readProject()).filter(([path, digest]) => before[path] !== digest);
  const elsewhere = changed
    .map(([path]) => path)
    .filter((path) => !/^(?:subgraphs|test)\/stock_notes\//.test(path));
  // The map, the operations of its clients, and what commands write. No file that people write knows the subgraph.
  expect(elsewhere.filter((path) => !/^(?:operations|contracts|api)\//.test(path)).sort()).toEqual([
    'docker-compose.yml',
    'docs/errors.md',
    'supergraph.yaml',
  ]);
  await useInGraph();

  const map = join(copy, 'supergraph.yaml');
  await interrupt(['stock_notes', '--remove'], () => !readFileSync(map, 'utf8').includes('stock_notes'));
  // The last two have the names of files that commands write, elsewhere.
  const mine = ['errors.ts', 'my-resolvers.generated.ts', 'fixtures/resolvers.generated.ts'];
  for (const path of mine) appendFileSync(join(copy, 'subgraphs/stock_notes', path), '// Mine.\n');
  const refused = await run('stock_notes', '--remove');
  expect(refused).toMatchObject({ status: 1, stdout: '' });
  const [, named = ''] = /^not as npm run new wrote them: (.*)\. --force /.exec(refused.stderr) ?? [];
  expect(named.split(', ').sort()).toEqual(mine.map((path) => `subgraphs/stock_notes/${path}`).sort());
  expect(await run('stock_notes', '--remove', '--force')).toMatchObject({ status: 0, stderr: '' });
  expect(readProject()).toEqual(before);
}, 240_000);

test('leaves nothing behind when it is interrupted while it formats the new files', async () => {
  await interrupt(['shelf_notes'], () => readdirSync(copy).some((name) => name.startsWith('.new-')));
  expect(readdirSync(copy).filter((name) => name.startsWith('.new-'))).toEqual([]);
});

/** Asks the command to end when the time has come, and expects that every file is as it was. */
async function interrupt(args: readonly string[], isTime: () => boolean): Promise<void> {
  const before = readProject();
  const temporary = temporaryFolder();
  const { child, ended } = startCommand('new', args, { TMPDIR: temporary }, copy);
  await expect.poll(isTime, { timeout: 20_000, interval: 5 }).toBe(true);
  child.kill('SIGTERM');
  expect(await ended).toEqual({
    status: 1,
    stdout: '',
    stderr: 'interrupted (SIGTERM): every file is as it was before\n',
  });
  expect(readProject()).toEqual(before);
  expect(readdirSync(temporary), 'no copy of the files stays').toEqual([]);
  rmSync(temporary, { recursive: true });
}

/** Starts the copy, and asks the new subgraph in operations that other subgraphs answer a part of. */
async function useInGraph(): Promise<void> {
  const port = await findFreePort();
  const variables = { DATA_DIR: join(copy, 'data'), PORT: String(port) };
  const running = startProcess([join(copy, 'commands/start.ts')], variables, copy);
  try {
    await waitUntilReady(`http://127.0.0.1:${port}/health/ready`, running);
    await expect.poll(running.output, { timeout: 20_000 }).toContain('One query, four databases');
    const token = /Bearer (\S+)'/.exec(running.output())?.[1];
    const graphql = async (query: string, given = {}) => {
      const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query, variables: given }),
      });
      // biome-ignore lint/suspicious/noExplicitAny: a response has the shape of its query
      return (await response.json()) as { data: any; errors?: { extensions: { code: string } }[] };
    };
    const first = await graphql('{ products(first: 1) { edges { node { id name } } } }');
    const { id, name } = first.data.products.edges[0].node;
    const create =
      'mutation ($input: CreateStockNoteInput!) { createStockNote(input: $input) { id text author { name } } }';
    const note = { text: 'On the top shelf.', author: { name: 'Ada Lovelace' } };
    const input = { productId: id, text: note.text };
    const created = await graphql(create, { input });
    expect(created.data.createStockNote).toEqual({ id: expect.any(String), ...note });
    const byId = 'query ($id: ID!) { node(id: $id) { __typename ... on StockNote { text } } }';
    expect(await graphql(byId, { id: created.data.createStockNote.id })).toEqual({
      data: { node: { __typename: 'StockNote', text: note.text } },
    });
    const refused = await graphql(create, { input: { ...input, text: ' ' } });
    expect(refused.errors?.[0]?.extensions.code).toBe('TEXT_INVALID');
    const list =
      'query ($id: ID!) { product(id: $id) { name stockNotes(first: 5) { edges { node { text author { name } } } } } }';
    expect(await graphql(list, { id })).toEqual({
      data: { product: { name, stockNotes: { edges: [{ node: note }] } } },
    });
  } finally {
    expect(await running.stop()).toBe(0);
  }
}
