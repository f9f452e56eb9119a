// The check of the roles at each start, where instances sign in by the second login of a role, as during the change of a password.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  provision,
  readProvisionTarget,
  replaceDatabase,
  runProvisionWork,
} from '../../../../platform/database/provision.ts';
import { checkQueryRoles } from '../../../../platform/database/provisioning/query-role.ts';
import { buildSecondLoginWork } from '../../../../platform/database/provisioning/second-login.ts';
import type { DatabaseUrls } from '../../../../platform/process/database-urls.ts';
import { query } from '../../../support/databases.ts';

type Urls = Pick<DatabaseUrls, 'runtime' | 'owner'>;

const suffix = randomBytes(5).toString('hex');
const admin = inject('adminUrl');
const database = `logins_${suffix}`;
const [reader, keeper, stranger] = [`reader_${suffix}`, `keeper_${suffix}`, `stranger_${suffix}`];
const buildUrl = (username: string) =>
  Object.assign(new URL(replaceDatabase(admin, database)), { username, password: 'test' }).href;
const first = { runtime: buildUrl(reader), owner: buildUrl(keeper) };
const second = { runtime: buildUrl(`${reader}_b`), owner: buildUrl(`${keeper}_b`) };

beforeAll(async () => {
  await provision('accounts', { ...first, admin });
  const passwords = { runtime: 'test', owner: 'test', areNew: true };
  await runProvisionWork(buildSecondLoginWork(readProvisionTarget('accounts', first), passwords), admin);
  await query(
    admin,
    `CREATE ROLE ${stranger} LOGIN PASSWORD 'test'; GRANT CONNECT ON DATABASE ${database} TO ${stranger}`,
  );
});
afterAll(async () => {
  await query(admin, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  await query(
    admin,
    `DROP ROLE IF EXISTS ${[`${reader}_b`, `${keeper}_b`, reader, keeper, stranger].join(', ')}`,
  );
});

async function findProblems(urls: Urls): Promise<string[]> {
  const warnings: string[] = [];
  const databases = new Map([['accounts', urls]]);
  await checkQueryRoles(databases, { NODE_ENV: 'development' }, (warning) => warnings.push(warning));
  return warnings;
}

test.each([
  ['both URLs', second],
  ['the URL for queries', { ...first, runtime: second.runtime }],
  ['the URL of the owner', { ...first, owner: second.owner }],
])('accepts a second login in %s', async (_where, urls) => {
  expect(await findProblems(urls)).toEqual([]);
});

const member = (relation: string) =>
  `ACCOUNTS_DATABASE_URL: its role ${keeper}_b is a member of ${keeper}, ${relation}: ` +
  `name the role that reads and writes rows, or take that away, as by REVOKE "${keeper}" FROM "${keeper}_b"`;
const same = (role: string) =>
  `ACCOUNTS_DATABASE_URL: has the role of ACCOUNTS_OWNER_DATABASE_URL, ${role}: give each of them its own role, and run \`npm run provision -- accounts\``;

test.each([
  ['swapped', { runtime: second.owner, owner: second.runtime }, member('which owns the schema accounts')],
  [
    'of the owner beside the owner',
    { runtime: second.owner, owner: first.owner },
    member('the role of ACCOUNTS_OWNER_DATABASE_URL'),
  ],
  ['of the owner for both', { runtime: second.owner, owner: second.owner }, same(`${keeper}_b`)],
  [
    'of the owner for migrations, and the owner for queries',
    { runtime: first.owner, owner: second.owner },
    same(keeper),
  ],
])('finds second logins that are %s', async (_how, urls, problem) => {
  expect(await findProblems(urls)).toEqual([problem]);
});

test('finds the role of another subgraph beside a second login', async () => {
  expect(await findProblems({ runtime: buildUrl(stranger), owner: second.owner })).toEqual([
    `ACCOUNTS_DATABASE_URL: its role ${stranger} may not use the schema accounts: name the role of accounts, or run \`npm run provision -- accounts\``,
  ]);
});
