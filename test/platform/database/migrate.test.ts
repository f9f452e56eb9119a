// Migrations of every subgraph: they agree with the entities and the committed catalog, reverse to nothing and come up
// again, and any number of instances may run them at once.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { findDrift, readCatalog } from '../../../platform/database/drift.ts';
import { asOwner, migrateDown, migrateUp, migrationState } from '../../../platform/database/migrate.ts';
import { provision } from '../../../platform/database/provision.ts';
import type { DatabaseUrls } from '../../../platform/process/database-urls.ts';
import type { SubgraphDefinition } from '../../../platform/subgraph/subgraph.ts';
import { readSupergraphMap } from '../../../platform/supergraph-map.ts';
import { loadSubgraph } from '../../../subgraphs/load.ts';
import { query, urlsIn } from '../../support/databases.ts';
import { required } from '../../support/required.ts';
import { silent } from '../../support/silent-log.ts';

describe.each(readSupergraphMap().subgraphs)('$name', ({ name, folder, ...entry }) => {
  const database = `${name}_${randomBytes(5).toString('hex')}`;
  let urls: (DatabaseUrls & { admin: string }) | undefined;
  let definition: SubgraphDefinition | undefined;
  beforeAll(async () => {
    urls = urlsIn(inject('adminUrl'), name, database);
    definition = await loadSubgraph({ name, folder, ...entry });
    await provision(name, urls);
  });
  afterAll(async () => {
    await query(inject('adminUrl'), `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  });
  const now = () => ({ urls: required(urls, 'provisioned'), definition: required(definition, 'loaded') });
  const up = () => migrateUp(now().definition, now().urls, silent);
  const drift = () =>
    asOwner(now().definition, now().urls.owner, silent, (db) => findDrift(db, folder, name, name));

  test('migrates once when four instances start at the same time', async () => {
    const ran = await Promise.all([up(), up(), up(), up()]);
    expect(ran.map(({ length }) => length).toSorted()).toEqual([0, 0, 0, now().definition.migrations.length]);
    expect(await drift()).toEqual([]);
  });

  test('goes down to nothing, one migration at a time, and comes up the same', async () => {
    for (const { name: migration } of now().definition.migrations.toReversed()) {
      expect(await migrateDown(now().definition, now().urls, silent)).toBe(migration);
    }
    expect(await migrateDown(now().definition, now().urls, silent)).toBeNull();
    await asOwner(now().definition, now().urls.owner, silent, async (db) => {
      expect(await readCatalog(db, name, name)).toEqual([]);
      const { pending } = await migrationState(db, now().definition);
      expect(pending).toEqual(now().definition.migrations.map((migration) => migration.name));
    });
    await up();
    expect(await drift()).toEqual([]);
  });

  test('notices what was changed by hand', async () => {
    const { owner } = now().urls;
    const [{ table }] = await query(
      owner,
      `SELECT relname AS table FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind = 'r'
       AND relname <> 'migration' ORDER BY 1 LIMIT 1`,
      [name],
    );
    const changes: [change: string, back: string, says: string][] = [
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
    for (const [change, back, says] of changes) {
      await query(owner, change);
      expect((await drift()).join('\n'), change).toContain(says);
      await query(owner, back);
    }
    expect(await drift()).toEqual([]);
  });
});
