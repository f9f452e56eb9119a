import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSources } from '../support/sources.ts';
import { uncheckedStatements } from './statement-rules.ts';

const path = 'subgraphs/accounts/account.ts';

test('every statement of a subgraph is declared', () => {
  const sources = readSources(join(import.meta.dirname, '../..'));
  expect(sources.filter((source) => source.path.startsWith('subgraphs/')).length).toBeGreaterThan(50);
  expect(uncheckedStatements(sources)).toEqual([]);
});

test.each([
  ["const rows = await db.query('SELECT 1');"],
  ['return ctx.db.query(accounts, [id]);'],
  ['await tx\n  .query(`DELETE FROM accounts.account`);'],
  ["await db.query<Row>('SELECT 1');"],
  ["await db['query']('SELECT 1');"],
  ['const { query } = ctx.db;'],
  ['const { query: send }: DataSource = db;'],
  ["db.createQueryBuilder().select('*');"],
  ['const runner = db.createQueryRunner();'],
  ['await db.sql`SELECT 1`;'],
])('notices SQL that is not declared: %s', (text) => {
  expect(uncheckedStatements([{ path, text: `\n${text}` }])).toHaveLength(1);
  expect(uncheckedStatements([{ path, text: `\n${text}` }])[0]).toMatch(
    /^subgraphs\/accounts\/account\.ts:[23]: /,
  );
});

test.each([
  [path, 'const rows = await accountByEmailStatement.run(db, [email]);'],
  [path, 'await client.query(signOfLifeStatement.text, [1, 2]);'],
  [
    path,
    "const { purchaseStatus } = await ctx.peer('purchases', { query: question, variables: { id } }, asking);",
  ],
  ['subgraphs/accounts/migrations/1-create.ts', "await runner.query('CREATE TABLE t ()');"],
  ['platform/database/provision.ts', "await client.query('SELECT 1');"],
])('%s may have: %s', (file, text) => {
  expect(uncheckedStatements([{ path: file, text }])).toEqual([]);
});
