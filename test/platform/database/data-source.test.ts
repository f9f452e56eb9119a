// The pool of a data source, and connections that its server ends.
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openDataSource } from '../../../platform/database/data-source.ts';
import type { Log } from '../../../platform/process/log.ts';
import { cloneDatabase } from '../../support/databases.ts';
import { required } from '../../support/required.ts';
import { silent } from '../../support/silent-log.ts';

let clone: Awaited<ReturnType<typeof cloneDatabase>> | undefined;
beforeAll(async () => {
  clone = await cloneDatabase({ adminUrl: inject('adminUrl'), name: 'accounts' });
});
afterAll(async () => {
  await clone?.drop();
});

interface Pool {
  emit: (event: 'error', cause: Error) => boolean;
}

async function open() {
  const warnings: unknown[] = [];
  const log: Log = Object.assign(Object.create(silent), {
    warn: (_: object, text: string) => warnings.push(text),
  });
  const url = required(clone, 'cloned').urls.runtime;
  const { db } = await openDataSource({
    subgraph: 'accounts',
    url,
    tables: [],
    migrations: [],
    poolSize: 1,
    log,
  });
  const pool = (db.driver as unknown as { master: Pool }).master;
  return { db, pool, warnings };
}

test('says that a pooled connection is lost', async () => {
  const { db, pool, warnings } = await open();
  pool.emit('error', new Error('terminating connection due to administrator command'));
  expect(warnings).toEqual(['a pooled database connection is lost']);
  await db.destroy();
});

test('says nothing of a connection that the server ends while it is closed, after its pool', async () => {
  const { db, pool, warnings } = await open();
  await db.destroy();
  pool.emit('error', new Error('terminating connection due to administrator command'));
  expect(warnings).toEqual([]);
});
