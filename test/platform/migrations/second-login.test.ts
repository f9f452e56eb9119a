// Migrations while instances sign in by two logins of one role, as during the change of a password: whichever login migrates, it sees all
// instances, and leaves what both logins can use.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { text } from '../../../platform/database/column.ts';
import { openDataSource } from '../../../platform/database/data-source.ts';
import {
  provision,
  readProvisionTarget,
  replaceDatabase,
  runProvisionWork,
} from '../../../platform/database/provision.ts';
import { buildSecondLoginWork } from '../../../platform/database/provisioning/second-login.ts';
import { statement } from '../../../platform/database/statement.ts';
import { readCatalog } from '../../../platform/migrations/drift.ts';
import { migrateUp, withOwnerDatabase } from '../../../platform/migrations/migrate.ts';
import {
  buildApplicationName,
  identifyCode,
  publishCode,
  readRunningCode,
} from '../../../platform/migrations/running-code.ts';
import { query } from '../../support/databases.ts';
import { silent } from '../../support/silent-log.ts';
import { buildTarget, migration } from './made-migration.ts';

const suffix = randomBytes(5).toString('hex');
const database = `reviews_${suffix}`;
const [runtimeRole, ownerRole] = [`reviewer_${suffix}`, `editor_${suffix}`];
const admin = inject('adminUrl');
const buildUrl = (username: string) =>
  Object.assign(new URL(replaceDatabase(admin, database)), { username, password: 'test' }).href;
const first = { runtime: buildUrl(runtimeRole), owner: buildUrl(ownerRole) };
const second = { runtime: buildUrl(`${runtimeRole}_b`), owner: buildUrl(`${ownerRole}_b`) };
const create = migration('CreateReview1790000000901', [
  'CREATE TABLE reviews.review (id text CONSTRAINT review_pkey PRIMARY KEY, stars smallint)',
]);

beforeAll(async () => {
  await provision('reviews', { ...first, admin });
  const passwords = { runtime: 'test', owner: 'test', areNew: true };
  await runProvisionWork(buildSecondLoginWork(readProvisionTarget('reviews', first), passwords), admin);
});
afterAll(async () => {
  await query(admin, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  const roles = [runtimeRole, ownerRole].flatMap((role) => [`${role}_b`, role]);
  await query(admin, `DROP ROLE IF EXISTS ${roles.join(', ')}`);
});

test('the second login of the owner makes tables that both logins use, and a history that neither writes', async () => {
  expect(await migrateUp(buildTarget(create), second, silent)).toEqual(['CreateReview1790000000901']);
  for (const { runtime, owner } of [first, second]) {
    const catalog = await withOwnerDatabase(buildTarget(create), owner, silent, (db) =>
      readCatalog(db, 'reviews', new URL(runtime).username),
    );
    expect(catalog).toContain('grant DELETE, INSERT, SELECT, UPDATE on review to runtime');
    await query(runtime, `INSERT INTO reviews.review VALUES (gen_random_uuid()::text, 4)`);
    for (const write of ['DELETE FROM', 'INSERT INTO', 'UPDATE']) {
      const rest = { 'DELETE FROM': '', 'INSERT INTO': ' DEFAULT VALUES', UPDATE: ' SET id = id' }[write];
      await expect(query(runtime, `${write} reviews.migration${rest}`)).rejects.toThrow('permission denied');
    }
  }
  expect(
    await query(first.owner, `SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'reviews'`),
  ).toEqual([{ tableowner: ownerRole }]);
  expect(await migrateUp(buildTarget(create), first, silent), 'the first login finds them').toEqual([]);
});

test('a migration of either owner login is refused while it breaks an instance of either query login', async () => {
  const drop = migration('DropStars1790000000902', ['ALTER TABLE reviews.review DROP COLUMN stars']);
  const declared = statement({ text: 'SELECT stars FROM reviews.review WHERE id = $1', params: [text()] });
  const code = identifyCode([{ file: 'review.ts', name: 'read', declared }]);
  for (const { runtime } of [first, second]) {
    const instance = await openDataSource({
      ...buildTarget(create),
      subgraph: 'reviews',
      url: runtime,
      applicationName: buildApplicationName('reviews', code.version),
      poolSize: 1,
      minPoolSize: 1,
      log: silent,
    });
    try {
      await publishCode(instance.db, 'reviews', code);
      for (const urls of [first, second])
        await expect(migrateUp(buildTarget(create, drop), urls, silent)).rejects.toThrow(
          'breaks instances that are up',
        );
    } finally {
      await instance.db.destroy();
    }
  }
});

test('the session of a role without rights on the schema is no instance', async () => {
  const stranger = `stranger_${suffix}`;
  await query(
    admin,
    `CREATE ROLE ${stranger} LOGIN PASSWORD 'test'; GRANT CONNECT ON DATABASE ${database} TO ${stranger}`,
  );
  const open = async (url: string, read: () => Promise<unknown>) => {
    const named = new URL(url);
    named.searchParams.set('application_name', 'tributary reviews');
    const client = new pg.Client({ connectionString: named.href });
    await client.connect();
    return read().finally(() => client.end());
  };
  await withOwnerDatabase(buildTarget(create), first.owner, silent, async (db) => {
    const read = () => readRunningCode(db, 'reviews');
    expect(await open(buildUrl(stranger), read)).toEqual([]);
    expect(await open(second.runtime, read)).toEqual([{ version: undefined, sessions: 1, statements: [] }]);
  });
  await query(replaceDatabase(admin, database), `DROP OWNED BY ${stranger}; DROP ROLE ${stranger}`);
});
