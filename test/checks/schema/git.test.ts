// A change is compared with the files of one commit, even if the working tree holds other files. The tests show which commit.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { openComparison } from '../../../checks/schema/comparison.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import {
  buildMap,
  compareRepository,
  openRepository,
  operationFiles,
  type Repository,
  schemaFiles,
} from './repository.ts';

let repository: Repository;
beforeEach(() => {
  repository = openRepository({ shop: 'type Query { old: ID }' }, { old: 'query Old { old }' });
});

/** The base's label, without the commit's id, and the operations registered there. */
function base(against?: string): [string, string[]] {
  const comparison = compareRepository(repository, against);
  comparison.close();
  return [
    comparison.base.label.replace(/ \([0-9a-f]{7}\)$/, ''),
    comparison.base.operations.map(({ name }) => name),
  ];
}

test('compares with the last commit on main, and elsewhere with where the branch left main', () => {
  expect(base()).toEqual(['HEAD', ['Old']]);
  repository.git('checkout', '--quiet', '-b', 'feature');
  repository.write(operationFiles({ feature: 'query Feature { old }' }));
  repository.commit();
  repository.git('checkout', '--quiet', 'main');
  repository.write(operationFiles({ main: 'query Main { old }' }));
  repository.commit();
  expect(base()).toEqual(['HEAD', ['Main', 'Old']]);
  repository.git('checkout', '--quiet', 'feature');
  expect(base()).toEqual(['where it left main', ['Old']]);
  // A checkout for CI: no branch, and main known only as the remote's.
  repository.git('update-ref', 'refs/remotes/origin/main', 'main');
  repository.git('checkout', '--quiet', '--detach');
  repository.git('branch', '--quiet', '-D', 'main');
  expect(base()).toEqual(['where it left origin/main', ['Old']]);
});

test('compares with any name of a commit: a branch, a tag, an id, an ancestor', () => {
  const first = repository.git('rev-parse', 'HEAD');
  repository.git('tag', 'v1');
  repository.write(operationFiles({ next: 'query Next { old }' }));
  repository.commit();
  expect(base('v1')).toEqual(['v1', ['Old']]);
  expect(base('main~1')).toEqual(['main~1', ['Old']]);
  expect(base(first)).toEqual([first.slice(0, 7), ['Old']]);
  expect(base('main')).toEqual(['main', ['Next', 'Old']]);
});

test('reads an old version without touching the working tree, and leaves nothing behind', () => {
  repository.write({ ...schemaFiles({ shop: 'type Query { fresh: ID }' }), 'operations/old.graphql': null });
  const before = repository.git('status', '--porcelain');
  const versions = () => readdirSync(tmpdir()).filter((name) => name.startsWith('graph-version-'));
  const known = new Set(versions());
  const { base: old, candidate, close } = compareRepository(repository);
  expect(old.operations).toHaveLength(1);
  expect(candidate.operations).toEqual([]);
  expect(old.map.subgraphs[0]?.schemaFile).not.toBe(candidate.map.subgraphs[0]?.schemaFile);
  expect(repository.git('status', '--porcelain')).toBe(before);
  const own = versions().filter((name) => old.map.file.includes(name));
  expect(own).toHaveLength(1);
  close();
  expect(versions().filter((name) => !known.has(name) && own.includes(name))).toEqual([]);
});

test('reads a graph in a subfolder, with schemas beside and above it', () => {
  repository.write({
    'graphs/shop/supergraph.yaml': buildMap(['shop']).replace('shop/schema', '../../shop/schema'),
    'graphs/shop/operations/below.graphql': 'query Below { old }',
  });
  repository.commit();
  const supergraph = join(repository.folder, 'graphs/shop/supergraph.yaml');
  const { base: old, close } = openComparison({ supergraph, flags: new Set(), names: [] });
  expect(old.operations.map(({ name }) => name)).toEqual(['Below']);
  close();
});

test('has no old operations when their folder is new or outside the repository', () => {
  rmSync(repository.operations, { recursive: true });
  repository.commit();
  repository.write(operationFiles({ fresh: 'query Fresh { old }' }));
  expect(base()).toEqual(['HEAD', []]);
  const elsewhere = temporaryFolder();
  const { supergraph } = repository;
  const { base: old, close } = openComparison({
    supergraph,
    operations: elsewhere,
    flags: new Set(),
    names: [],
  });
  expect(old.operations).toEqual([]);
  close();
  rmSync(elsewhere, { recursive: true });
});

test('refuses in one sentence a version that it cannot read', () => {
  expect(() => base('v9')).toThrow(
    /^This repository has no commit "v9"; fetch it, or name another: --against/,
  );
  // A name is never an option, nor a file.
  expect(() => base('--all')).toThrow(/^This repository has no commit "--all"/);
  expect(() => base('shop/schema.graphql')).toThrow(/^This repository has no commit/);

  const commit = repository.git('rev-parse', '--short=7', 'HEAD');
  repository.write({
    'extra/schema.graphql': 'type Query { extra: ID }',
    'supergraph.yaml': buildMap(['shop', 'extra']),
  });
  repository.git('add', 'supergraph.yaml');
  repository.git('commit', '--quiet', '--message', 'Half of it');
  expect(() => base()).toThrow(
    /^extra\/schema\.graphql is missing at HEAD \([0-9a-f]{7}\); name a commit that has it/,
  );
  expect(base(commit)).toEqual([commit, ['Old']]);

  repository.git('mv', 'supergraph.yaml', 'graph.yaml');
  const supergraph = join(repository.folder, 'graph.yaml');
  expect(() => openComparison({ supergraph, flags: new Set(), names: [] })).toThrow(
    /^graph\.yaml is missing at HEAD/,
  );
});

test('reports in one sentence that there is no branch main, no commit or no repository', () => {
  repository.git('branch', '--quiet', '-m', 'trunk');
  expect(() => base()).toThrow(
    'This repository has no branch main; name the commit to compare with: --against <git ref>',
  );
  rmSync(join(repository.folder, '.git'), { recursive: true });
  expect(() => base()).toThrow(
    /is in no git repository, so there is nothing to compare with; run "git init"/,
  );
  mkdirSync(join(repository.folder, 'nothing'));
  repository.git('init', '--quiet', '--initial-branch', 'main');
  expect(() => base()).toThrow(
    'This repository has no commit yet, so there is nothing to compare with; commit once',
  );
});
