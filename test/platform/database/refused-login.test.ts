// A pool whose password was changed: it says so once, however many connections fail, and finds out by itself when its login works again.
import { randomBytes } from 'node:crypto';
import type { QueryRunner } from 'typeorm';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type OpenedDataSource, openDataSource } from '../../../platform/database/data-source.ts';
import { readEnvironment } from '../../../platform/process/environment.ts';
import { openLog } from '../../../platform/process/log.ts';
import { query } from '../../support/databases.ts';
import { required } from '../../support/required.ts';

const role = `login_${randomBytes(5).toString('hex')}`;
const admin = inject('adminUrl');
const problem =
  'ACCOUNTS_DATABASE_URL: the database refuses its role or password, so that no new connection opens: ' +
  'restart this process with the URL that is valid now (docs/rotation.md#database-passwords)';

const lines: { level: number; msg: string }[] = [];
let opened: OpenedDataSource | undefined;
let runner: QueryRunner | undefined;
beforeAll(async () => {
  await query(
    admin,
    `CREATE ROLE ${role} LOGIN PASSWORD 'first'; GRANT CONNECT ON DATABASE postgres TO ${role}`,
  );
  opened = await openDataSource({
    subgraph: 'accounts',
    url: Object.assign(new URL(admin), { username: role, password: 'first' }).href,
    tables: [],
    migrations: [],
    poolSize: 2,
    log: openLog(readEnvironment({ LOG_LEVEL: 'info' }), 'accounts', {
      write: (line: string) => void lines.push(JSON.parse(line)),
    }),
  });
  runner = opened.db.createQueryRunner();
  await runner.connect();
});
afterAll(async () => {
  await runner?.release();
  await opened?.db.destroy();
  await query(admin, `REVOKE CONNECT ON DATABASE postgres FROM ${role}; DROP ROLE ${role}`);
});

/** Needs another connection than the one that stays open. */
const askOften = () =>
  Promise.allSettled([1, 2, 3].map((value) => getOpened().db.query('SELECT $1::int', [value])));
const getOpened = () => required(opened, 'the database is open');
const messages = () => lines.map(({ level, msg }) => ({ level, msg }));

test.each([
  ['another password', `PASSWORD 'second'`, `PASSWORD 'first'`],
  ['a role that may not sign in', 'NOLOGIN', 'LOGIN'],
])(
  'says once that the server refuses it, with %s, and once that it is accepted again',
  async (_what, change, revert) => {
    const { loginProblem, probe } = getOpened();
    expect([await askOften(), loginProblem()]).toEqual([
      Array(3).fill(expect.objectContaining({ status: 'fulfilled' })),
      undefined,
    ]);
    await query(
      admin,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${role}' AND pid <> ${await readProcess()}`,
    );
    lines.length = 0;
    await query(admin, `ALTER ROLE ${role} ${change}`);
    const results = [...(await askOften()), ...(await askOften())];
    expect(results.map(({ status }) => status)).toEqual(Array(6).fill('rejected'));
    await probe().catch(() => {});
    expect(loginProblem()).toBe(problem);
    expect(await required(runner, 'a session is open').query('SELECT 1 AS one'), 'it works on').toEqual([
      { one: 1 },
    ]);
    expect(messages().filter(({ level }) => level >= 50)).toEqual([{ level: 50, msg: problem }]);

    await query(admin, `ALTER ROLE ${role} ${revert}`);
    await probe();
    expect(loginProblem()).toBeUndefined();
    expect(messages().at(-1)).toEqual({ level: 30, msg: 'the database accepts new connections again' });
  },
);

async function readProcess(): Promise<number> {
  const [row] = await required(runner, 'a session is open').query('SELECT pg_backend_pid() AS pid');
  return row.pid;
}
