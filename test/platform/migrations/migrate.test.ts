// Migrations of every subgraph: they agree with the entities and the committed catalog, they can be reverted and applied again, and
// any number of instances may run them at once.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { provision } from '../../../platform/database/provision.ts';
import { findDrift, readCatalog } from '../../../platform/migrations/drift.ts';
import {
  migrateDown,
  migrateUp,
  readMigrationState,
  withOwnerDatabase,
} from '../../../platform/migrations/migrate.ts';
import type { DatabaseUrls } from '../../../platform/process/database-urls.ts';
import type { SubgraphDefinition } from '../../../platform/subgraph/definition.ts';
import { readSupergraphMap } from '../../../platform/supergraph-map.ts';
import { loadSubgraph } from '../../../subgraphs/load.ts';
import { buildDatabaseUrls, query } from '../../support/databases.ts';
import { required } from '../../support/required.ts';
import { silent } from '../../support/silent-log.ts';

describe.each(readSupergraphMap().subgraphs)('$name', ({ name, folder, ...entry }) => {
  const database = `${name}_${randomBytes(5).toString('hex')}`;
  let urls: (DatabaseUrls & { admin: string }) | undefined;
  let definition: SubgraphDefinition | undefined;
  beforeAll(async () => {
    urls = buildDatabaseUrls(inject('adminUrl'), name, database);
    definition = await loadSubgraph({ name, folder, ...entry });
    await provision(name, urls);
  });
  afterAll(async () => {
    await query(inject('adminUrl'), `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  });
  const current = () => ({ urls: required(urls, 'provisioned'), definition: required(definition, 'loaded') });
  const up = () => migrateUp(current().definition, current().urls, silent);
  const drift = () =>
    withOwnerDatabase(current().definition, current().urls.owner, silent, (db) =>
      findDrift(db, folder, name, name),
    );

  test('migrates once when four instances start at the same time', async () => {
    const applied = await Promise.all([up(), up(), up(), up()]);
    expect(applied.map(({ length }) => length).toSorted()).toEqual([
      0,
      0,
      0,
      current().definition.migrations.length,
    ]);
    expect(await drift()).toEqual([]);
  });

  test('reverts all migrations, one at a time, and applies them again with the same result', async () => {
    for (const { name: migration } of current().definition.migrations.toReversed()) {
      expect(await migrateDown(current().definition, current().urls, silent)).toBe(migration);
    }
    expect(await migrateDown(current().definition, current().urls, silent)).toBeNull();
    await withOwnerDatabase(current().definition, current().urls.owner, silent, async (db) => {
      expect(await readCatalog(db, name, name)).toEqual([]);
      const { pending } = await readMigrationState(db, current().definition);
      expect(pending).toEqual(current().definition.migrations.map((migration) => migration.name));
    });
    await up();
    expect(await drift()).toEqual([]);
  });

  test('finds an index of which the concurrent build has failed', async () => {
    const { owner } = current().urls;
    await query(owner, `CREATE TABLE ${name}.twice AS SELECT 1 AS id FROM generate_series(1, 2)`);
    await expect(
      query(owner, `CREATE UNIQUE INDEX CONCURRENTLY twice_idx ON ${name}.twice (id)`),
    ).rejects.toThrow();
    expect(await drift()).toContain('invalid index twice_idx of twice: drop it and build it again');
    await query(owner, `DROP TABLE ${name}.twice`);
    expect(await drift()).toEqual([]);
  });

  test('finds changes that were made by hand', async () => {
    const { owner } = current().urls;
    const [{ table }] = await query(
      owner,
      `SELECT relname AS table FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind = 'r'
       AND relname NOT IN ('migration', 'instance_code') AND NOT relispartition ORDER BY 1 LIMIT 1`,
      [name],
    );
    const changes: [change: string, revert: string, found: string][] = [
      [
        `ALTER TABLE ${name}.${table} ADD COLUMN odd int`,
        `ALTER TABLE ${name}.${table} DROP COLUMN odd`,
        'odd',
      ],
      [
        `ALTER TABLE ${name}.${table} ADD CONSTRAINT odd CHECK (true)`,
        `ALTER TABLE ${name}.${table} DROP CONSTRAINT odd`,
        'odd',
      ],
      [`CREATE INDEX odd ON ${name}.${table} ((1))`, `DROP INDEX ${name}.odd`, 'odd'],
      [
        `CREATE FUNCTION ${name}.odd() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
        `DROP FUNCTION ${name}.odd()`,
        'odd',
      ],
      [
        `REVOKE INSERT ON ${name}.${table} FROM ${name}`,
        `GRANT INSERT ON ${name}.${table} TO ${name}`,
        'grant',
      ],
    ];
    changes.push(
      [
        `CREATE FUNCTION ${name}.watch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
         CREATE TRIGGER watch BEFORE INSERT ON ${name}.${table} FOR EACH ROW EXECUTE FUNCTION ${name}.watch();
         ALTER TABLE ${name}.${table} DISABLE TRIGGER watch`,
        `DROP TRIGGER watch ON ${name}.${table}; DROP FUNCTION ${name}.watch()`,
        `disabled trigger watch of ${table}`,
      ],
      [
        `ALTER TABLE ${name}.${table} ENABLE ROW LEVEL SECURITY`,
        `ALTER TABLE ${name}.${table} DISABLE ROW LEVEL SECURITY`,
        `row security of ${table} hides rows`,
      ],
      [
        `CREATE UNLOGGED TABLE ${name}.loose (id int)`,
        `DROP TABLE ${name}.loose`,
        'unlogged table loose: a crash empties it',
      ],
    );
    for (const [change, revert, found] of changes) {
      await query(owner, change);
      expect((await drift()).join('\n'), change).toContain(found);
      await query(owner, revert);
    }
    expect(await drift()).toEqual([]);
  });
});
