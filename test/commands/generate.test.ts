// npm run generate: what is committed is what the SDL gives, and --check says so when it is not.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readSupergraphMap } from '../../platform/supergraph-map.ts';
import { copyProject, runCommand } from '../support/commands.ts';
import { temporaryFolder } from '../support/temporary.ts';

const root = temporaryFolder();
afterAll(() => rmSync(root, { recursive: true, force: true }));
const nothing = { status: 0, stdout: '', stderr: '' };

test('finds the generated files of this repository up to date', async () => {
  expect(await runCommand('generate', ['--check'])).toEqual(nothing);
});

test('--check names the files that are out of date and the command, and leaves them; without it they are written', async () => {
  const copy = copyProject(temporaryFolder(root));
  const generate = (...args: string[]) => runCommand('generate', args, {}, copy);
  const schema = join(copy, 'subgraphs/products/schema.graphql');
  const file = join(copy, 'subgraphs/products/resolvers.generated.ts');
  const before = readFileSync(file, 'utf8');
  writeFileSync(schema, `${readFileSync(schema, 'utf8')}\nextend type Product {\n  colour: String\n}\n`);
  rmSync(join(copy, 'subgraphs/purchases/resolvers.generated.ts'));

  expect(await generate('--check')).toEqual({
    status: 1,
    stdout: '',
    stderr:
      'out of date: subgraphs/products/resolvers.generated.ts, subgraphs/purchases/resolvers.generated.ts; run: npm run generate\n',
  });
  // A slip of the pen must not turn a check into a write.
  expect(await generate('--chek')).toEqual({
    status: 2,
    stdout: '',
    stderr: 'usage: npm run generate [-- --check]\n',
  });
  expect(readFileSync(file, 'utf8')).toBe(before);

  expect(await generate()).toEqual({
    status: 0,
    stdout:
      'wrote subgraphs/products/resolvers.generated.ts\nwrote subgraphs/purchases/resolvers.generated.ts\n',
    stderr: '',
  });
  expect(readFileSync(file, 'utf8')).toContain('colour');
  expect(await generate('--check')).toEqual(nothing);
});

test('refuses entries of idFields that give no id its type, and writes nothing', async () => {
  const copy = copyProject(temporaryFolder(root));
  const ids = join(copy, 'subgraphs/purchases/ids.ts');
  writeFileSync(
    ids,
    readFileSync(ids, 'utf8').replace(
      "'Query.purchaseStatus(id)': 'PurchaseId',",
      `'Query.purchaseState(id)': 'PurchaseId',
       'Purchase.status': 'PurchaseId',
       'Query.purchaseStatus(id)': 'PurchasId',`,
    ),
  );
  const expected = {
    status: 1,
    stdout: '',
    stderr: `subgraphs/purchases/ids.ts: idFields: "Query.purchaseState(id)" is no ID or String of schema.graphql
subgraphs/purchases/ids.ts: idFields: "Purchase.status" is no ID or String of schema.graphql
subgraphs/purchases/ids.ts: idFields: "Query.purchaseStatus(id)" has the type "PurchasId", which no ids.ts exports
`,
  };
  expect(await runCommand('generate', [], {}, copy)).toEqual(expected);
  expect(await runCommand('generate', ['--check'], {}, copy)).toEqual(expected);
});

test('every ID of an SDL has the type of its id, except the payment ids of the provider and the ids of lines', () => {
  const untyped = readSupergraphMap().subgraphs.flatMap(({ name, folder }) => {
    const text = readFileSync(join(folder, 'resolvers.generated.ts'), 'utf8');
    return [...text.matchAll(/^ +(\w+)\??: .*Scalars\['ID'\]\['(?:in|out)put'\].*;$/gm)]
      .map(([, field]) => `${name}: ${field}`)
      .filter((found) => !found.endsWith(': ID'));
  });
  // A line of a purchase has no id of its own: the subgraph makes one of the purchase and the position.
  expect(untyped).toEqual(['payments: reference', 'purchases: id']);
});
