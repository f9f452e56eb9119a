// npm run contract:record: written from plans, compared with --check, and never left behind.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { link, writeMap } from '../gateway/small-graph.ts';
import { runCommand } from '../support/commands.ts';

const { map, folder } = writeMap({
  books: `${link}type Query { best: Book } type Book @key(fields: "id") { id: ID! title: String! }`,
  stock: `${link}type Book @key(fields: "id") { id: ID! left: Int }`,
});
const operations = join(folder, 'operations');
const contracts = join(folder, 'contracts');
beforeAll(() => {
  // Elsewhere a name is no name of a database.
  writeFileSync(map.file, readFileSync(map.file, 'utf8').replace('  stock:', '  Stock-Room:'));
  mkdirSync(operations);
  writeFileSync(join(operations, 'best.graphql'), 'query Best { best { title left } }\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const runTo = (to: string, ...args: string[]) =>
  runCommand('contract-record', [...args, '--supergraph', map.file, '--operations', operations, '--to', to]);
const run = (...args: string[]) => runTo(contracts, ...args);

test('writes a contract for each subgraph of a map, removes that of a removed subgraph, and changes no other file', async () => {
  mkdirSync(contracts);
  writeFileSync(join(contracts, 'gone.json'), '{ "subgraph": "gone", "interactions": [] }');
  writeFileSync(join(contracts, 'package.json'), '{}');
  expect(await run()).toEqual({
    status: 0,
    stdout: 'books: 1 interaction\nStock-Room: 1 interaction\n',
    stderr: '',
  });
  expect(readdirSync(contracts).sort()).toEqual([
    'Stock-Room.json',
    'books.json',
    'package.json',
    'schema.graphql',
  ]);
  expect(JSON.parse(readFileSync(join(contracts, 'Stock-Room.json'), 'utf8'))).toEqual({
    subgraph: 'Stock-Room',
    interactions: [
      {
        name: 'Best__Stock_Room__1',
        kind: 'query',
        text: 'query Best__Stock_Room__1($representations:[_Any!]!){_entities(representations:$representations){...on Book{left}}}',
        requires: '{ ... on Book { __typename id } }',
        variables: {},
        conditions: [],
        operations: ['Best'],
      },
    ],
  });
  expect(await run('--check')).toEqual({ status: 0, stdout: '', stderr: '' });
});

test.each(['/dev/null/contracts', '/proc/none/contracts'])(
  'says in one sentence that it cannot write to %s',
  async (place) => {
    const { status, stderr } = await runTo(place);
    expect(stderr).toMatch(new RegExp(`^${place} cannot be written: [^\\n]*\\n$`));
    expect(status).toBe(1);
  },
);

test('fails on drift, and names the files and the command', async () => {
  writeFileSync(join(operations, 'best.graphql'), 'query Best { best { title } }\n');
  const { status, stdout, stderr } = await run('--check');
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(
    /books\.json, .*Stock-Room\.json: not what the plans say now\. Write anew with: npm run contract:record\n$/,
  );
});

test('refuses an operation without samples, and unknown arguments', async () => {
  writeFileSync(
    join(operations, 'best.graphql'),
    'query Best($a: Boolean!) { best @include(if: $a) { title } }\n',
  );
  expect((await run()).stderr).toMatch(/has no sample for \$a; write .*best\.variables\.json\n$/);
  const unknown = await run('--nonsense');
  expect(unknown).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^usage: npm run contract:record /),
  });
});
