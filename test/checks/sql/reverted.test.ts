import { randomBytes } from 'node:crypto';
import type { MigrationInterface } from 'typeorm';
import { expect, inject, onTestFinished, test } from 'vitest';
import { findUnrestored, migrateInSteps } from '../../../checks/sql/reverted.ts';
import { provision } from '../../../platform/database/provision.ts';
import { migrateDown } from '../../../platform/migrations/migrate.ts';
import { buildTarget, migration } from '../../platform/migrations/made-migration.ts';
import { buildDatabaseUrls, query } from '../../support/databases.ts';
import { silent } from '../../support/silent-log.ts';

test('a down that leaves something, or takes away too much, is found', async () => {
  const other = `reviews_${randomBytes(5).toString('hex')}`;
  const own = buildDatabaseUrls(inject('adminUrl'), 'reviews', other);
  onTestFinished(async () => {
    await query(inject('adminUrl'), `DROP DATABASE IF EXISTS ${other} WITH (FORCE)`);
  });
  await provision('reviews', own);
  const check = async (...migrations: (new () => MigrationInterface)[]) => {
    const catalogs = await migrateInSteps(buildTarget(...migrations), own, silent);
    return findUnrestored(buildTarget(...migrations), own, silent, catalogs);
  };
  const table = migration(
    'Table1790000004001',
    ['CREATE TABLE reviews.a (id text, odd text)'],
    ['DROP TABLE reviews.a'],
  );
  const add = (down: string[]) =>
    migration('Add1790000004002', ['ALTER TABLE reviews.a ADD COLUMN b text, ALTER odd SET NOT NULL'], down);
  const whole = 'ALTER TABLE reviews.a DROP COLUMN b, ALTER odd DROP NOT NULL';
  expect(await check(table, add([whole]))).toEqual([]);
  expect(await check(table, add(['SELECT oddity']))).toEqual([
    expect.stringMatching(
      /^reviews: the migration Add1790000004002 failed to revert at .*: column "oddity" does not exist/,
    ),
  ]);
  await migrateDown(buildTarget(table, add([whole])), own, silent);
  await migrateDown(buildTarget(table), own, silent);
  expect(await check(table, add(['ALTER TABLE reviews.a DROP COLUMN id']))).toEqual([
    'the down of Add1790000004002 does not bring back: column a.id text',
    'the down of Add1790000004002 does not bring back: column a.odd text',
    'the down of Add1790000004002 leaves: column a.b text',
    'the down of Add1790000004002 leaves: column a.odd text not null',
  ]);
});
