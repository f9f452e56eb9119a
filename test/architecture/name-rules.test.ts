import { describe, expect, test } from 'vitest';
import { crowdedFolders, meaninglessNames, misnamedScripts, missingMutationFiles } from './name-rules.ts';

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

describe('a folder', () => {
  const files = (folder: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${folder}/file-${index}.ts`);

  test('holds at most 16 files side by side', () => {
    expect(crowdedFolders(files('gateway/plan', 16))).toEqual([]);
    expect(crowdedFolders(files('gateway/plan', 17))).toEqual([
      'gateway/plan has 17 files side by side, more than 16',
    ]);
  });

  test('does not count what lies in its rooms, what is generated, and what is no code', () => {
    const more = ['gateway/plan/fix/a.ts', 'gateway/plan/a.generated.ts', 'gateway/plan/a.graphql'];
    expect(crowdedFolders([...files('gateway/plan', 16), ...more])).toEqual([]);
  });

  test('of a subgraph has its tables of contents beside them', () => {
    const contents = ['index.ts', 'own.ts', 'resolvers.ts', 'errors.ts'];
    const named = (folder: string) => contents.map((file) => `${folder}/${file}`);
    expect(crowdedFolders([...files('subgraphs/payments', 16), ...named('subgraphs/payments')])).toEqual([]);
    expect(crowdedFolders([...files('gateway/plan', 16), ...named('gateway/plan')])).toHaveLength(1);
  });

  test('of cases may hold any number', () => {
    expect(crowdedFolders(files('test/federation/graphs', 40))).toEqual([]);
  });

  test('of commands may hold 24', () => {
    expect(crowdedFolders(files('commands', 24))).toEqual([]);
    expect(crowdedFolders(files('commands', 25))).toEqual([
      'commands has 25 files side by side, more than 24',
    ]);
  });
});
