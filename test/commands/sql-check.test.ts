// npm run sql:check, as the process that npm would start: in the project, and in a copy whose code is wrong.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readSupergraphMap } from '../../platform/supergraph-map.ts';
import { copyProject, runCommand } from '../support/commands.ts';
import { temporaryFolder } from '../support/temporary.ts';

const copy = temporaryFolder();
afterAll(() => rmSync(copy, { recursive: true, force: true }));

function rewrite(file: string, from: string, to: string): void {
  const path = join(copy, file);
  const parts = readFileSync(path, 'utf8').split(from);
  expect(parts, `${file} has this text once: ${from}`).toHaveLength(2);
  writeFileSync(path, parts.join(to));
}

test('finds nothing in this project, and prints the number of statements', async () => {
  const { status, stdout, stderr } = await runCommand('sql-check', []);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const lines = readSupergraphMap().subgraphs.map(
    ({ name }) => `${name}: \\d+ statements checked, 0 findings\n`,
  );
  expect(stdout).toMatch(new RegExp(`^${lines.join('')}in [\\d.]+ s\n$`));
});

test('names subgraph, file, statement and column of a finding, and ends with 1', async () => {
  copyProject(copy);
  rewrite(
    'subgraphs/accounts/session.ts',
    'revoked_at: nullable(timestamptz())',
    'revoked_at: timestamptz()',
  );
  rewrite(
    'subgraphs/products/product.ts',
    "['(stock > 0) = $', boolean()]",
    "['(stock > 0) = $', integer()]",
  );
  const { status, stdout } = await runCommand('sql-check', [], {}, copy);
  expect(status).toBe(1);
  expect(stdout).toContain(
    '✗ accounts: subgraphs/accounts/session.ts, openSessionsStatement: column revoked_at: expected timestamp with time zone, never null, found timestamp with time zone or null (session.revoked_at)\n',
  );
  expect(stdout).toContain(
    '✗ products: subgraphs/products/product.ts, productsOnSaleStatements[15]: parameter $6: expected integer, found boolean\n',
  );
  expect(stdout.match(/productsOnSaleStatements/g)).toHaveLength(16);
});

test('refuses a statement that is declared and not exported', async () => {
  rewrite(
    'subgraphs/accounts/revoke-session.ts',
    'export const revokeSessionStatement',
    'const revokeSessionStatement',
  );
  expect(await runCommand('sql-check', [], {}, copy)).toEqual({
    status: 1,
    stdout: '',
    stderr:
      'subgraphs/accounts/revoke-session.ts exports 0 of its 1 declared statements: export each as a constant of its own\n',
  });
});
