// npm run contract:verify, as the process that a team starts: for a subgraph of this repository where no other is present,
// and for a foreign subgraph by its address.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buildSubgraphSchema } from '@apollo/subgraph';
import Fastify, { type FastifyInstance } from 'fastify';
import { graphql, parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { printComposedSchema } from '../../checks/contract/composed-schema.ts';
import { extractContracts } from '../../checks/contract/extract.ts';
import { buildContractFiles, writeContracts } from '../../checks/contract/files.ts';
import { composeSupergraph } from '../../gateway/supergraph/compose.ts';
import { link, writeMap } from '../gateway/small-graph.ts';
import { copyProject, runCommand } from '../support/commands.ts';
import { temporaryFolder } from '../support/temporary.ts';

const copy = temporaryFolder();
afterAll(() => rmSync(copy, { recursive: true, force: true }));

test('replays the contract of one subgraph without the others', async () => {
  copyProject(copy);
  const subgraphs = join(copy, 'subgraphs');
  const folders = readdirSync(subgraphs, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of folders) if (name !== 'accounts') rmSync(join(subgraphs, name), { recursive: true });
  expect(folders.length).toBeGreaterThan(3);
  const { status, stdout, stderr } = await runCommand('contract-verify', ['accounts'], {}, copy);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^accounts: \d+ interactions replayed in \d+\.\d s, 0 findings\n$/);
});

const shelf = `${link}
type Query { mine: [Loan!]! }
type Loan { due: String! }
type Book @key(fields: "isbn") { isbn: ID! loans: Int! }`;
const operation = 'query Shelf { mine { due } best { title loans } }';

/** Somebody else's subgraph: it knows its readers by a header, and its errors have no codes. */
class Shelf {
  readonly #server: FastifyInstance = Fastify();
  isBroken = false;

  async open(): Promise<string> {
    const mine = (_: unknown, _arguments: unknown, reader: unknown) => {
      if (reader !== 'ada' && !this.isBroken) throw new Error('Who are you?');
      return [{ due: '2030-01-01' }];
    };
    const loans: Record<string, number> = { 1: 3, 2: 0 };
    const find = ({ isbn }: { isbn: string }) =>
      this.isBroken || isbn in loans ? { isbn, loans: loans[isbn] ?? 0 } : null;
    const schema = buildSubgraphSchema([
      {
        typeDefs: parse(shelf),
        resolvers: { Query: { mine }, Book: { __resolveReference: find } },
      },
    ]);
    this.#server.post<{ Body: { query: string; variables?: Record<string, unknown> } }>(
      '/graphql',
      async ({ body, headers }) =>
        graphql({
          schema,
          source: body.query,
          variableValues: body.variables,
          contextValue: headers['x-reader'],
        }),
    );
    await this.#server.listen({ host: '127.0.0.1', port: 0 });
    return `http://127.0.0.1:${(this.#server.server.address() as AddressInfo).port}/graphql`;
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}

const theirs = new Shelf();
const folder = temporaryFolder();
const file = (name: string) => join(folder, name);
let address = '';
beforeAll(async () => {
  address = await theirs.open();
  const { map, folder: mapFolder } = writeMap({
    books: `${link}type Query { best: Book } type Book @key(fields: "isbn") { isbn: ID! title: String! }`,
    shelf,
  });
  const { supergraphSdl } = composeSupergraph(map);
  rmSync(mapFolder, { recursive: true });
  const registered = {
    name: 'Shelf',
    file: 'shelf.graphql',
    text: operation,
    document: parse(operation),
    variables: {},
    missingVariables: [],
  };
  writeContracts(
    folder,
    buildContractFiles(
      extractContracts(supergraphSdl, ['books', 'shelf'], [registered]),
      printComposedSchema(supergraphSdl),
    ),
  );
  const fixture = {
    withoutCodes: true,
    viewers: { ada: { headers: { 'x-reader': 'ada' } }, nobody: { anonymous: true } },
    entities: {
      Book: {
        as: 'ada',
        known: [{ isbn: '1' }, { isbn: '2' }],
        unknown: [{ isbn: '9' }],
        expected: { loans: [3, 0] },
      },
    },
    operations: { Shelf: { as: 'ada', hiddenFrom: ['nobody'], expected: { mine: [{ due: '2030-01-01' }] } } },
  };
  writeFileSync(file('fixture.json'), JSON.stringify(fixture));
});
afterAll(async () => {
  await theirs.close();
  rmSync(folder, { recursive: true });
});

const replayAt = (url: string, fixture = file('fixture.json')) => {
  const files = ['--contract', file('shelf.json'), '--schema', file('schema.graphql'), '--fixture', fixture];
  return runCommand('contract-verify', [...files, '--url', url]);
};

test('replays the contract of a foreign subgraph by its address, and finds its defect', async () => {
  const sound = await replayAt(address);
  expect(sound).toMatchObject({ status: 0, stderr: '' });
  expect(sound.stdout).toMatch(/^http:\S+: 2 interactions replayed in \d+\.\d s, 0 findings\n$/);

  theirs.isBroken = true;
  const { status, stdout, stderr } = await replayAt(address);
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  const lines = stdout.split('\n').filter((line) => line.startsWith('✗'));
  const [shown, answered, ...more] = new Set(lines);
  expect(shown).toBe('✗ Shelf__shelf__0, as nobody: mine: is shown to a viewer who may not see it');
  expect(answered).toBe(
    '✗ Shelf__shelf__2, with unknown keys among them: _entities.0: answers {"__typename":"Book","isbn":"9"}',
  );
  expect(more.every((line) => line.includes('with malformed keys among them'))).toBe(true);
});

test.concurrent.each<
  [string, () => Promise<{ status: number | null; stdout: string; stderr: string }>, RegExp]
>([
  [
    'no name',
    () => runCommand('contract-verify', []),
    /^usage: npm run contract:verify -- <name>\n +npm run contract:verify -- --contract .*\n$/,
  ],
  [
    'an unknown subgraph',
    () => runCommand('contract-verify', ['nowhere']),
    /^There is no subgraph "nowhere" in supergraph\.yaml\. It has: accounts, .*\n$/,
  ],
  [
    'a file that is not a fixture',
    () => replayAt(address, file('shelf.json')),
    /^\S+shelf\.json is not a fixture:\n( {2}- .*\n)+$/,
  ],
  [
    'an address without a server',
    () => replayAt('http://127.0.0.1:9/graphql'),
    /^no server answers at http:\/\/127\.0\.0\.1:9\/graphql \(.*\); start the subgraph first\n$/,
  ],
])('answers %s with one sentence', async (_what, run, sentence) => {
  const status = sentence.source.startsWith('^usage') ? 2 : 1;
  expect(await run()).toEqual({ status, stdout: '', stderr: expect.stringMatching(sentence) });
});
