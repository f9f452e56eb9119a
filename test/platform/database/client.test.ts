// What the client adds to pg, against a real server, through a proxy that can swallow bytes.
import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type OpenedDataSource, openDataSource } from '../../../platform/database/data-source.ts';
import { startProxy, type TcpProxy } from '../../faults/proxy.ts';
import { cloneDatabase, query } from '../../support/databases.ts';
import { silent } from '../../support/silent-log.ts';

let clone: Awaited<ReturnType<typeof cloneDatabase>>;
let proxy: TcpProxy;
let opened: OpenedDataSource;
const responseTimeoutMs = 300;

beforeEach(async () => {
  clone = await cloneDatabase({ adminUrl: inject('adminUrl'), name: 'accounts' });
  const url = new URL(clone.urls.owner);
  proxy = await startProxy(Number(url.port));
  url.port = new URL(proxy.url).port;
  opened = await openDataSource({
    subgraph: 'accounts',
    url: url.href,
    tables: [],
    migrations: [],
    poolSize: 1,
    responseTimeoutMs,
    log: silent,
  });
});
afterEach(async () => {
  await opened.db.destroy();
  await proxy.close();
  await clone.drop();
});

const prepared = () => opened.db.query('SELECT name, statement FROM pg_prepared_statements');

test('prepares a statement with parameters once, and prepares none without parameters', async () => {
  for (const value of [1, 2, 3]) {
    expect(await opened.db.query('SELECT $1::int AS value', [value])).toEqual([{ value }]);
    await opened.db.query('SELECT 1');
  }
  expect(await prepared()).toEqual([
    { name: expect.stringMatching(/^tributary_[\w-]{22}\.0$/), statement: 'SELECT $1::int AS value' },
  ]);
});

test('names a statement by its text, so that processes that share a session never run the statement of another', async () => {
  const text = 'SELECT $1::int AS shared';
  // Another process has prepared other statements before this one.
  const script = `
    import { openDataSource } from './platform/database/data-source.ts';
    import { openLog } from './platform/process/log.ts';
    import { readEnvironment } from './platform/process/environment.ts';
    const log = openLog(readEnvironment({ LOG_LEVEL: 'silent' }), 'test');
    const { db } = await openDataSource({ subgraph: 'accounts', url: process.argv[1], tables: [], migrations: [], poolSize: 1, log });
    for (const text of ['SELECT $1::int + 1', ${JSON.stringify(text)}]) await db.query(text, [1]);
    console.log(JSON.stringify(await db.query('SELECT name, statement FROM pg_prepared_statements')));
    await db.destroy();`;
  const other = execFileSync(process.execPath, ['--input-type=module', '-e', script, clone.urls.owner], {
    encoding: 'utf8',
  });
  await opened.db.query(text, [1]);
  const [own] = await prepared();
  expect(JSON.parse(other)).toContainEqual(own);
});

test('reads a timestamp to the millisecond, in any time zone that the server writes', async () => {
  const times = ['2026-11-21T09:35:27.123Z', '2026-02-28T23:59:59.000Z', '1970-01-01T00:00:00.100Z'];
  for (const zone of ['UTC', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Kiritimati']) {
    await opened.db.query(`SET TIME ZONE '${zone}'`);
    for (const time of times) {
      const [{ read }] = await opened.db.query('SELECT $1::timestamptz AS read', [time]);
      expect(read, `${time} in ${zone}`).toEqual(new Date(time));
    }
  }
});

test('prepares a statement again when its result has gained a column', async () => {
  await opened.db.query('CREATE TABLE growing (id integer)');
  const write = () => opened.db.query('INSERT INTO growing VALUES ($1) RETURNING *', [1]);
  expect(await write()).toEqual([{ id: 1 }]);
  await query(clone.urls.owner, 'ALTER TABLE accounts.growing ADD COLUMN born_later text');
  expect(await write()).toEqual([{ id: 1, born_later: null }]);
  // PostgreSQL refuses before it does anything, so there is one row for each call.
  expect(await opened.db.query('SELECT count(*)::int AS rows FROM growing')).toEqual([{ rows: 2 }]);
});

test('passes on the errors of PostgreSQL, also for prepared statements', async () => {
  const divided = (by: number) => opened.db.query('SELECT 1 / $1::int', [by]);
  await expect(divided(0)).rejects.toMatchObject({ code: '22012' });
  await expect(opened.db.query('SELECT $1::json', ['{'])).rejects.toMatchObject({ code: '22P02' });
  // The code 0A000 is the one of a stale plan, but it has another cause here.
  const foreign = opened.db.query('SELECT $1 FROM elsewhere.accounts.account', [1]);
  await expect(foreign).rejects.toMatchObject({ code: '0A000' });
});

test('limits the number of prepared statements', async () => {
  for (let index = 0; index < 1_100; index += 1)
    expect(await opened.db.query(`SELECT $1::int AS value_${index}`, [index])).toEqual([
      { [`value_${index}`]: index },
    ]);
  expect((await prepared()).length).toBeLessThanOrEqual(1_000);
});

test('ends a connection whose server does not respond, and opens a new one for the next query', async () => {
  expect(await opened.db.query('SELECT $1::int AS value', [1])).toEqual([{ value: 1 }]);
  proxy.setMode('swallow');
  await expect(opened.db.query('SELECT $1::int AS value', [2])).rejects.toThrow(
    `PostgreSQL has not answered for ${responseTimeoutMs} ms`,
  );
  proxy.setMode('pass');
  // The pool holds one connection, so this one is new.
  expect(await opened.db.query('SELECT $1::int AS value', [3])).toEqual([{ value: 3 }]);
  expect(proxy.connections()).toBe(1);
});
