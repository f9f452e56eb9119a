// npm run compose: the supergraph's SDL in a file, or one block of text that says what is wrong and where.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readSupergraphMap } from '../../platform/supergraph-map.ts';
import { copyProject, runCommand } from '../support/commands.ts';
import { temporaryFolder } from '../support/temporary.ts';

const root = temporaryFolder();
afterAll(() => rmSync(root, { recursive: true, force: true }));
const names = readSupergraphMap().subgraphs.map(({ name }) => name);

test('writes SDL that joins every subgraph at its address and keeps its access rules', async () => {
  const file = join(root, 'graph.graphql');
  const variables = { PRODUCTS_URL: 'https://products.example/graphql' };
  expect(await runCommand('compose', [file], variables)).toEqual({
    status: 0,
    stdout: `wrote ${file} from ${names.join(', ')}\n`,
    stderr: '',
  });
  const sdl = readFileSync(file, 'utf8');
  for (const name of names) {
    const url =
      name === 'products' ? variables.PRODUCTS_URL : `http://127.0.0.1:400${names.indexOf(name) + 1}/graphql`;
    expect(sdl).toContain(`${name.toUpperCase()} @join__graph(name: "${name}", url: "${url}")`);
  }
  expect(sdl).toContain('enum join__Graph {');
  expect(sdl, 'what no other router could resolve').not.toMatch(/gateway\.node|\bnodes\(/);
  expect(sdl).toMatch(/createProduct\([^)]*\): Product .*@auth\(allow: \["staff"\]\)/);
});

test('prints its usage for an option or a second file, and writes nothing', async () => {
  const usage = { status: 2, stdout: '', stderr: 'usage: npm run compose [-- <file>]\n' };
  const file = join(root, 'unwanted.graphql');
  expect(await runCommand('compose', ['--help'])).toEqual(usage);
  expect(await runCommand('compose', [file, file])).toEqual(usage);
  expect(existsSync(file)).toBe(false);
});

test('reports all problems of the map or the SDL in one block, and does not change the last valid file', async () => {
  const copy = copyProject(temporaryFolder(root));
  const file = join(copy, 'graph.graphql');
  writeFileSync(file, 'good');
  const compose = () => runCommand('compose', [file], {}, copy);

  const lines = ['products', 'payments'].map((name) => {
    const schema = join(copy, 'subgraphs', name, 'schema.graphql');
    const sdl = readFileSync(schema, 'utf8');
    writeFileSync(schema, `${sdl}\nextend type Query {\n  odd: Nowhere\n}\n`);
    return sdl.split('\n').length + 2;
  });
  expect(await compose()).toEqual({
    status: 1,
    stdout: '',
    stderr:
      'The subgraphs do not compose:\n' +
      `  - subgraphs/products/schema.graphql:${lines[0]}: Unknown type Nowhere. Correct the SDL there.\n` +
      `  - subgraphs/payments/schema.graphql:${lines[1]}: Unknown type Nowhere. Correct the SDL there.\n`,
  });

  const map = join(copy, 'supergraph.yaml');
  const text = readFileSync(map, 'utf8').replace('file: subgraphs/payments', 'file: subgraphs/nowhere');
  writeFileSync(map, text);
  const entry = text.split('\n').indexOf('  payments:') + 1;
  expect(await compose()).toEqual({
    status: 1,
    stdout: '',
    stderr: `supergraph.yaml:${entry}: cannot read subgraphs/nowhere/schema.graphql; create it or correct schema.file\n`,
  });
  writeFileSync(map, 'subgraphs:\n');
  expect(await compose()).toEqual({
    status: 1,
    stdout: '',
    stderr: 'supergraph.yaml:1: has no "subgraphs"; add at least one, with routing_url and schema.file\n',
  });
  expect(readFileSync(file, 'utf8')).toBe('good');
});
