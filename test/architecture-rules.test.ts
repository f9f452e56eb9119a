import { describe, expect, test } from 'vitest';
import {
  brokenImports,
  brokenLayers,
  castIds,
  computedImports,
  importsOf,
  meaninglessNames,
  misnamedScripts,
  missingMutationFiles,
  promisesWithoutIssue,
  readersOfEnvironment,
  tooLong,
  unwantedExports,
} from './architecture-rules.ts';

function one(path: string, text: string) {
  return [{ path, text }];
}

test('finds every way to import: static, type, bare, passed on, over several lines, dynamic', () => {
  const text = `
    import a from './a.ts';
    import type { B } from "./b.ts";
    import {
      c,
      type D,
    } from './c.ts';
    import './e.ts';
    export { f } from './f.ts';
    export * from './g.ts';
    const h = await import('./h.ts');
    // import i from './i.ts';`;
  const found = importsOf(text);
  expect(found.map(({ specifier }) => specifier).toSorted()).toEqual(
    ['a', 'b', 'c', 'e', 'f', 'g', 'h'].map((name) => `./${name}.ts`),
  );
  expect(found.filter(({ isTypeOnly }) => isTypeOnly)).toEqual([{ specifier: './b.ts', isTypeOnly: true }]);
});

describe('imports between the parts', () => {
  test.each([
    ['subgraphs/accounts/a.ts', './b.ts'],
    ['subgraphs/accounts/migrations/a.ts', '../account.ts'],
    ['subgraphs/accounts/a.ts', '../../platform/money.ts'],
    ['commands/subgraph.ts', '../subgraphs/load.ts'],
    ['subgraphs/load.ts', '../platform/supergraph-map.ts'],
    ['gateway/a.ts', '../platform/database/migrate.ts'],
    ['platform/database/a.ts', '../log.ts'],
    ['local/graph.ts', '../gateway/gateway.ts'],
    ['checks/plan.ts', '../gateway/plan/planner.ts'],
    ['checks/schema/a.ts', '../../platform/supergraph-map.ts'],
    ['commands/start.ts', '../local/graph.ts'],
    ['commands/start.ts', '../subgraphs/accounts/index.ts'],
    ['commands/chaos.ts', '../test/faults/chaos.ts'],
    ['vitest.unit.config.ts', './test/unit-tests.ts'],
    ['test/accounts/a.test.ts', '../../subgraphs/accounts/passwords.ts'],
    ['platform/a.ts', 'graphql'],
    ['platform/a.ts', 'node:fs'],
  ])('%s may import %s', (path, specifier) => {
    expect(brokenImports(one(path, `import { x } from '${specifier}';`))).toEqual([]);
  });

  test.each([
    ['subgraphs/accounts/a.ts', '../payments/b.ts'],
    ['subgraphs/accounts/a.ts', '../load.ts'],
    ['subgraphs/accounts/a.ts', '../../gateway/b.ts'],
    ['subgraphs/accounts/a.ts', '../../local/b.ts'],
    ['subgraphs/load.ts', './accounts/index.ts'],
    ['subgraphs/load.ts', '../gateway/b.ts'],
    ['gateway/a.ts', '../subgraphs/accounts/b.ts'],
    ['gateway/a.ts', '../subgraphs/load.ts'],
    ['gateway/a.ts', '../local/b.ts'],
    ['gateway/a.ts', '../checks/b.ts'],
    ['checks/a.ts', '../subgraphs/accounts/b.ts'],
    ['checks/a.ts', '../local/b.ts'],
    ['platform/a.ts', '../gateway/b.ts'],
    ['platform/a.ts', '../subgraphs/load.ts'],
    ['platform/a.ts', '../test/support/b.ts'],
    ['commands/a.ts', '../test/support/b.ts'],
    ['commands/a.ts', '../test/faults/chaos.ts'],
    ['commands/chaos.ts', '../test/faults/chaos-run.ts'],
    ['vitest.config.ts', './test/unit-tests.ts'],
    ['local/a.ts', '../test/support/b.ts'],
    ['platform/a.ts', 'fs'],
    ['platform/a.ts', './b'],
    ['platform/a.ts', './b.js'],
  ])('%s may not import %s', (path, specifier) => {
    expect(brokenImports(one(path, `import type { x } from '${specifier}';`))).toHaveLength(1);
    expect(brokenImports(one(path, `const x = await import('${specifier}');`))).toHaveLength(1);
  });

  test('by a computed name are for subgraphs/load.ts alone', () => {
    const text = 'const x = await import(pathToFileURL(file).href);';
    expect(computedImports(one('subgraphs/load.ts', text))).toEqual([]);
    expect(computedImports(one('gateway/a.ts', text))).toHaveLength(1);
    expect(computedImports(one('gateway/a.ts', `await import('./b.ts')`))).toEqual([]);
  });
});

describe('layers of a subgraph', () => {
  const table = 'export const t = new EntitySchema({});';
  test.each([
    [
      'a table imports a behaviour',
      'account.ts',
      `import { createAccount } from './create-account.ts';\n${table}`,
    ],
    [
      'a table imports an event handler',
      'account.ts',
      `import { x } from './on-account-closed.ts';\n${table}`,
    ],
    ['a table imports a saga', 'account.ts', `import type { X } from './purchase-saga.ts';\n${table}`],
    ['a table imports the resolvers', 'account.ts', `import { resolvers } from './resolvers.ts';\n${table}`],
    ['a behaviour imports the resolvers', 'create-account.ts', `import { resolvers } from './resolvers.ts';`],
    ['a behaviour runs index.ts', 'create-account.ts', `import { subgraph } from './index.ts';`],
  ])('are broken when %s', (_what, file, text) => {
    expect(brokenLayers(one(`subgraphs/accounts/${file}`, text), ['createAccount'])).toHaveLength(1);
  });

  test.each([
    ['index.ts', `import { resolvers } from './resolvers.ts'; import { accountTable } from './account.ts';`],
    ['resolvers.ts', `import { createAccount } from './create-account.ts';`],
    [
      'create-account.ts',
      `import type { Own } from './index.ts'; import { accountTable } from './account.ts';`,
    ],
    ['session.ts', `import type { Role } from './account.ts';\n${table}`],
  ])('are kept by %s', (file, text) => {
    expect(brokenLayers(one(`subgraphs/accounts/${file}`, text), ['createAccount'])).toEqual([]);
  });
});

test.each([
  'process.env.HOME',
  `process['env']`,
  'process?.env',
  `import { env } from 'node:process'`,
  'const { env } = process',
])('notices that %s reads the environment', (text) => {
  expect(readersOfEnvironment(one('gateway/a.ts', text))).toHaveLength(1);
  expect(readersOfEnvironment(one('platform/process/environment.ts', text))).toEqual([]);
});

test('leaves alone what only looks like reading the environment', () => {
  expect(
    readersOfEnvironment(
      one('local/a.ts', 'spawn(program, { env: { LC_ALL: "C" } }); // process environment'),
    ),
  ).toEqual([]);
});

test('notices names that say nothing, of files and folders, and only those', () => {
  const bad = ['platform/utils.ts', 'gateway/helpers/a.ts', 'subgraphs/accounts/types.ts', 'local/data.ts'];
  expect(meaninglessNames(bad)).toHaveLength(bad.length);
  expect(meaninglessNames(['platform/database/data-source.ts', 'local/data-folder.ts'])).toEqual([]);
});

test('notices a mutation without a file, and takes an exception that is named', () => {
  const files = ['subgraphs/accounts/create-account.ts', 'subgraphs/purchases/make-purchase.ts'];
  expect(missingMutationFiles('accounts', ['createAccount', 'closeAccount'], files)).toEqual([
    'subgraphs/accounts/close-account.ts is missing',
  ]);
  const exceptions = { 'purchases.purchase': 'make-purchase.ts' };
  expect(missingMutationFiles('purchases', ['purchase'], files, exceptions)).toEqual([]);
  expect(missingMutationFiles('purchases', ['purchase'], files)).toHaveLength(1);
});

test('notices line 251, except in generated files', () => {
  expect(tooLong(one('platform/a.ts', 'x\n'.repeat(250)))).toEqual([]);
  expect(tooLong(one('platform/a.ts', 'x\n'.repeat(251)))).toHaveLength(1);
  expect(tooLong(one('platform/a.generated.ts', 'x\n'.repeat(251)))).toEqual([]);
});

test('notices a promise without an issue', () => {
  expect(promisesWithoutIssue(one('a.ts', '// TODO later'))).toEqual(['a.ts:1: // TODO later']);
  expect(promisesWithoutIssue(one('a.ts', '// TODO #12: later'))).toEqual([]);
});

test('notices default exports and barrels', () => {
  expect(unwantedExports(one('platform/a.ts', 'export default function x() {}'))).toHaveLength(1);
  expect(unwantedExports(one('platform/a.ts', `export * from './b.ts';`))).toHaveLength(1);
  expect(unwantedExports(one('platform/a.ts', `export { b } from './b.ts';`))).toHaveLength(1);
  expect(unwantedExports(one('platform/a.ts', `export const a = 1;\nexport type { A };`))).toEqual([]);
});

describe('casts to ids', () => {
  const ids = {
    path: 'platform/values/ids.ts',
    text: `export type AccountId = Branded<'AccountId'>;
export type ProductId = Branded<'ProductId'>;
export const asAccountId = sameText as As<AccountId>;`,
  };

  test.each([
    ['platform/a.ts', 'const id = text as AccountId;'],
    ['gateway/a.ts', 'const id = text as unknown as ProductId;'],
    ['subgraphs/accounts/a.ts', 'const all = texts as readonly AccountId[];'],
    ['subgraphs/accounts/a.ts', 'const all = texts as Set<AccountId | ProductId>;'],
    ['subgraphs/accounts/a.ts', 'function isMine(text: string): text is AccountId {'],
    ['subgraphs/accounts/a.ts', 'function check(text: string): asserts text is AccountId {'],
    ['test/accounts/a.test.ts', 'const id = text as AccountId;'],
  ])('%s: %s is one', (path, text) => {
    expect(castIds([ids, { path, text: `\n${text}` }])).toEqual([
      `${path}:2: ${text}: let platform/values/ids.ts make the id`,
    ]);
  });

  test.each([
    ['platform/a.ts', '// What is taken as an AccountId elsewhere.'],
    ['platform/a.ts', ' * The account as its AccountId.'],
    ['platform/a.ts', 'const id = asAccountId(text);'],
    ['platform/a.ts', "const kind = 'x' as const; const read = (id: AccountId) => id;"],
    ['platform/a.ts', 'const identity = answer as { accountId: AccountId };'],
    ['subgraphs/accounts/resolvers.generated.ts', 'const id = text as AccountId;'],
  ])('%s: %s is none', (path, text) => {
    expect(castIds([ids, { path, text }])).toEqual([]);
  });

  test('the rule says so when it finds no ids to look for', () => {
    expect(castIds([])).toEqual(['platform/values/ids.ts defines no id']);
  });
});

describe('the scripts of package.json', () => {
  const files = ['commands/compose.ts', 'commands/schema-check.ts'];
  const scripts = {
    compose: 'node commands/compose.ts',
    'schema:check': 'node commands/schema-check.ts',
    lint: 'biome check',
    test: 'npm run lint && vitest run',
  };

  test('are the files of commands/ by their own names, or run tools', () => {
    expect(misnamedScripts(scripts, files)).toEqual([]);
  });

  test.each([
    ['another file', { ...scripts, compose: 'node gateway/compose.ts' }, files],
    ['another command', { ...scripts, compose: 'node commands/schema-check.ts' }, files],
    ['options', { ...scripts, compose: 'node --inspect commands/compose.ts' }, files],
    ['a file behind a tool', { ...scripts, lint: 'biome check && node checks/lint.ts' }, files],
    ['a tool that is none of the list', { ...scripts, watch: 'vitest' }, files],
    ['a file of commands/ without a script', scripts, [...files, 'commands/command.ts']],
    ['a folder of commands', scripts, [...files, 'commands/schema/check.ts']],
  ])('are not %s', (_what, given, present) => {
    expect(misnamedScripts(given, present)).toHaveLength(1);
  });
});
