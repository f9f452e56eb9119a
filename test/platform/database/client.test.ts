// What our pg client adds to pg's own, against a real server, and through a wire that can be damaged.
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type OpenDataSource, openDataSource } from '../../../platform/database/data-source.ts';
import { startProxy, type TcpProxy } from '../../faults/proxy.ts';
import { cloneDatabase, query } from '../../support/databases.ts';
import { silent } from '../../support/silent-log.ts';

let clone: Awaited<ReturnType<typeof cloneDatabase>>;
let proxy: TcpProxy;
let opened: OpenDataSource;
const silenceMs = 300;

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
    silenceMs,
    log: silent,
  });
});
afterEach(async () => {
  await opened.db.destroy();
  await proxy.close();
  await clone.drop();
});

const prepared = () => opened.db.query('SELECT name, statement FROM pg_prepared_statements');

test('prepares a statement with parameters once, and one without not at all', async () => {
  for (const value of [1, 2, 3]) {
    expect(await opened.db.query('SELECT $1::int AS value', [value])).toEqual([{ value }]);
    await opened.db.query('SELECT 1');
  }
  expect(await prepared()).toEqual([
    { name: expect.stringMatching(/^tributary_\d+\.0$/), statement: 'SELECT $1::int AS value' },
  ]);
});

test('reads a timestamp to the millisecond, whatever time zone the server writes it in', async () => {
  const times = ['2026-11-21T09:35:27.123Z', '2026-02-28T23:59:59.000Z', '1970-01-01T00:00:00.100Z'];
  for (const zone of ['UTC', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Kiritimati']) {
    await opened.db.query(`SET TIME ZONE '${zone}'`);
    for (const time of times) {
      const [{ read }] = await opened.db.query('SELECT $1::timestamptz AS read', [time]);
      expect(read, `${time} in ${zone}`).toEqual(new Date(time));
    }
  }
});

test('goes on with a statement whose result gained a column while it was prepared', async () => {
  await opened.db.query('CREATE TABLE growing (id integer)');
  const write = () => opened.db.query('INSERT INTO growing VALUES ($1) RETURNING *', [1]);
  expect(await write()).toEqual([{ id: 1 }]);
  await query(clone.urls.owner, 'ALTER TABLE accounts.growing ADD COLUMN born_later text');
  expect(await write()).toEqual([{ id: 1, born_later: null }]);
  // PostgreSQL had refused before it did anything: the row is there once for each call.
  expect(await opened.db.query('SELECT count(*)::int AS rows FROM growing')).toEqual([{ rows: 2 }]);
});

test('passes on what PostgreSQL says of a statement, prepared or not', async () => {
  const divided = (by: number) => opened.db.query('SELECT 1 / $1::int', [by]);
  await expect(divided(0)).rejects.toMatchObject({ code: '22012' });
  await expect(opened.db.query('SELECT $1::json', ['{'])).rejects.toMatchObject({ code: '22P02' });
  // 0A000 as for a stale plan, for another reason.
  const foreign = opened.db.query('SELECT $1 FROM elsewhere.accounts.account', [1]);
  await expect(foreign).rejects.toMatchObject({ code: '0A000' });
});

test('keeps the number of prepared statements bounded, however many there are', async () => {
  for (let index = 0; index < 1_100; index += 1)
    expect(await opened.db.query(`SELECT $1::int AS value_${index}`, [index])).toEqual([
      { [`value_${index}`]: index },
    ]);
  expect((await prepared()).length).toBeLessThanOrEqual(1_000);
});

test('gives up a server that says nothing, and the connection with it, and is well again afterwards', async () => {
  expect(await opened.db.query('SELECT $1::int AS value', [1])).toEqual([{ value: 1 }]);
  proxy.conduct('swallow');
  await expect(opened.db.query('SELECT $1::int AS value', [2])).rejects.toThrow(
    `PostgreSQL has not answered for ${silenceMs} ms`,
  );
  proxy.conduct('pass');
  // The pool holds one connection: this one can only be new.
  expect(await opened.db.query('SELECT $1::int AS value', [3])).toEqual([{ value: 3 }]);
  expect(proxy.connections()).toBe(1);
});
