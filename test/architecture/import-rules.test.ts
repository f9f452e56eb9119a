import { describe, expect, test } from 'vitest';
import { brokenImports, brokenLayers, computedImports } from './import-rules.ts';
import { parseImports } from './imports.ts';

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
  const found = parseImports(text);
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
    ['gateway/a.ts', '../platform/migrations/migrate.ts'],
    ['platform/database/a.ts', '../log.ts'],
    ['local/graph.ts', '../gateway/gateway.ts'],
    ['checks/plan.ts', '../gateway/plan/planner.ts'],
    ['checks/schema/a.ts', '../../platform/supergraph-map.ts'],
    ['console/a.ts', './style.css'],
    ['console/a.ts', '../platform/console/content.ts'],
    ['examples/a/src/b.tsx', './c.tsx'],
    ['examples/a/src/b.ts', '../../../api/codes.json'],
    ['commands/start.ts', '../local/graph.ts'],
    ['commands/start.ts', '../subgraphs/accounts/index.ts'],
    ['commands/chaos.ts', '../test/faults/chaos/chaos.ts'],
    ['vitest.unit.config.ts', './test/architecture/unit-tests.ts'],
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
    ['examples/a/src/b.ts', '../../../platform/values/money.ts'],
    ['commands/a.ts', '../examples/a/src/b.ts'],
    ['platform/a.ts', './b.tsx'],
    ['checks/a.ts', '../subgraphs/accounts/b.ts'],
    ['checks/a.ts', '../local/b.ts'],
    ['platform/a.ts', '../gateway/b.ts'],
    ['platform/a.ts', '../subgraphs/load.ts'],
    ['platform/a.ts', '../test/support/b.ts'],
    ['commands/a.ts', '../test/support/b.ts'],
    ['commands/a.ts', '../test/faults/chaos/chaos.ts'],
    ['commands/chaos.ts', '../test/faults/chaos/chaos-run.ts'],
    ['vitest.config.ts', './test/architecture/unit-tests.ts'],
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
      `import type { Own } from './own.ts'; import { accountTable } from './account.ts';`,
    ],
    ['session.ts', `import type { Role } from './account.ts';\n${table}`],
  ])('are kept by %s', (file, text) => {
    expect(brokenLayers(one(`subgraphs/accounts/${file}`, text), ['createAccount'])).toEqual([]);
  });
});
