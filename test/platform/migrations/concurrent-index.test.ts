// An index that a migration builds while others write to its table.
import pg from 'pg';
import type { QueryRunner } from 'typeorm';
import { expect, onTestFinished, test, vi } from 'vitest';
import { buildIndexConcurrently } from '../../../platform/migrations/concurrent-index.ts';
import { withOwnerDatabase } from '../../../platform/migrations/migrate.ts';
import { query } from '../../support/databases.ts';
import { silent } from '../../support/silent-log.ts';
import { subgraphTest } from '../../support/subgraph.ts';

const accounts = subgraphTest('accounts');
const insert = `INSERT INTO accounts.attempt (key, attempts, window_ends_at) VALUES (gen_random_uuid()::text::bytea, 1, now())`;

function build(definition: string): Promise<void> {
  const target = { name: 'accounts', tables: [], migrations: [] };
  return withOwnerDatabase(target, accounts.urls().owner, silent, async (db) => {
    const runner: QueryRunner = db.createQueryRunner();
    await buildIndexConcurrently(runner, 'accounts', 'attempt_test_idx', definition);
    expect(await runner.query('SHOW lock_timeout')).toEqual([{ lock_timeout: '5s' }]);
    await runner.release();
  });
}

async function findIndex() {
  return query(
    accounts.urls().owner,
    `SELECT indisvalid AS valid, indisunique AS single FROM pg_index WHERE indexrelid = to_regclass('accounts.attempt_test_idx')`,
  );
}

test('holds up no write while it waits for an older transaction', async () => {
  const writer = new pg.Client({ connectionString: accounts.urls().owner });
  await writer.connect();
  onTestFinished(() => writer.end());
  await writer.query(`BEGIN; ${insert}`);
  const built = build('ON accounts.attempt (attempts)');
  await vi.waitFor(async () => {
    const [row] = await accounts.sql(
      `SELECT count(*)::int AS waiting FROM pg_locks JOIN pg_stat_activity USING (pid)
       WHERE NOT granted AND locktype = 'virtualxid' AND datname = current_database()`,
    );
    expect(row?.waiting).toBe(1);
  }, 10_000);
  await query(accounts.urls().owner, `SET lock_timeout = '1s'; ${insert}`);
  await writer.query('COMMIT');
  await built;
  expect(await findIndex()).toEqual([{ valid: true, single: false }]);
});

test('replaces the invalid index that a failed build left behind', async () => {
  await accounts.sql(`${insert}, ('another', 1, now())`);
  await expect(
    query(accounts.urls().owner, 'DROP INDEX IF EXISTS accounts.attempt_test_idx').then(() =>
      query(
        accounts.urls().owner,
        'CREATE UNIQUE INDEX CONCURRENTLY attempt_test_idx ON accounts.attempt (attempts)',
      ),
    ),
  ).rejects.toThrow('attempt_test_idx');
  expect(await findIndex()).toEqual([{ valid: false, single: true }]);
  await build('ON accounts.attempt (attempts)');
  expect(await findIndex()).toEqual([{ valid: true, single: false }]);
});
