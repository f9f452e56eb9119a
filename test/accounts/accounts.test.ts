// The list of accounts for staff: its pages, its filter, and the indexes that serve both.
import { beforeAll, expect, test } from 'vitest';
import { newId } from '../../platform/values/uuid.ts';
import { accountListStatements } from '../../subgraphs/accounts/account-list.ts';
import { explainStatement } from '../platform/reads/explain.ts';
import { day, firstDay, openListOfDays } from '../platform/reads/list-of-days.ts';
import { subgraphTest } from '../support/subgraph.ts';

const accounts = subgraphTest('accounts');

const list = `query ($first: Int, $after: String, $last: Int, $before: String, $filter: AccountFilter) {
  accounts(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
    edges { cursor node { id name roles createdAt } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

/** 3000 accounts, one a day: account n is of day n, each thousandth is staff. */
beforeAll(async () => {
  await accounts.sql(
    `INSERT INTO accounts.account (id, email, name, roles, password_hash, created_at)
     SELECT uuidv7(make_interval(secs => extract(epoch FROM at - now())::float)), 'Person-' || n || '@example.com', 'Person ' || n,
       CASE WHEN n % 1000 = 0 THEN '{CUSTOMER,STAFF}'::text[] ELSE '{CUSTOMER}' END, 'none', at
     FROM generate_series(0, 2999) AS n, LATERAL (SELECT $1::timestamptz + n * interval '24 hours' AS at)`,
    [firstDay],
  );
  await accounts.sql('ANALYZE accounts.account');
});

const { read, expectPagesFromBothEnds, expectRefusedFilter, expectForeignCursor } = openListOfDays({
  subgraph: accounts,
  field: 'accounts',
  query: list,
  getNumber: ({ name }: { name: string }) => Number(name.split(' ')[1]),
});

test('pages through all accounts, newest first, from both ends, with one statement for each page', async () => {
  await expectPagesFromBothEnds();
});

test('finds the account with exactly this email address, in any letter case', async () => {
  expect((await read({ filter: { email: ' person-7@EXAMPLE.com ' } })).numbers).toEqual([7]);
  expect((await read({ filter: { email: 'person-7' } })).numbers).toEqual([]);
  expect((await read({ filter: { email: 'person-7@example.com', role: 'STAFF' } })).numbers).toEqual([]);
  expect((await read({ filter: { email: '%' } })).numbers).toEqual([]);
});

test('finds an address in its composed form and in the form in which an old account has it', async () => {
  for (const [place, email] of ['zo\u00eb@example.com', 'rene\u0301@example.com'].entries())
    await accounts.sql(
      `INSERT INTO accounts.account (id, email, name, roles, password_hash, created_at)
       VALUES ($1, $2, 'Old ' || $3::text, '{CUSTOMER}', 'none', now())`,
      [newId(), email, -1 - place],
    );
  expect((await read({ filter: { email: 'ZOE\u0308@example.com' } })).numbers).toEqual([-1]);
  expect((await read({ filter: { email: 'rene\u0301@example.com' } })).numbers).toEqual([-2]);
  await accounts.sql(`DELETE FROM accounts.account WHERE name LIKE 'Old %'`);
});

test('filters by role: staff are customers too', async () => {
  expect((await read({ filter: { role: 'STAFF' } })).numbers).toEqual([2000, 1000, 0]);
  expect((await read({ filter: { role: 'STAFF' }, last: 1 })).numbers).toEqual([0]);
  expect((await read({ filter: { role: 'CUSTOMER' }, first: 1 })).numbers).toEqual([2999]);
});

test('filters by the time of creation: from createdAfter on, and before createdBefore', async () => {
  const filter = { createdAfter: day(10), createdBefore: day(13) };
  const page = await read({ filter });
  expect(page).toMatchObject({ numbers: [12, 11, 10], hasNextPage: false, hasPreviousPage: false });
  expect(await read({ filter, last: 2 })).toMatchObject({ numbers: [11, 10], hasPreviousPage: true });
  expect((await read({ filter, first: 1, after: page.startCursor })).numbers).toEqual([11]);
  expect((await read({ filter, last: 1, before: page.endCursor })).numbers).toEqual([11]);
  expect((await read({ filter: { createdAfter: day(2999) } })).numbers).toEqual([2999]);
  expect((await read({ filter: { createdBefore: day(2), role: 'STAFF' } })).numbers).toEqual([0]);
  expect((await read({ filter: { createdBefore: '0001-01-01T00:00:00Z' } })).numbers).toEqual([]);
  expect((await read({ filter: { createdAfter: '9999-12-31T00:00:00Z' } })).numbers).toEqual([]);
});

test('decides by created_at where the clock of the id was minutes ahead or behind', async () => {
  const at = '2025-06-01T12:00:00.000Z';
  for (const [place, offset] of ['9 minutes', '-9 minutes'].entries())
    await accounts.sql(
      `INSERT INTO accounts.account (id, email, name, roles, password_hash, created_at)
       SELECT uuidv7(make_interval(secs => extract(epoch FROM $1::timestamptz + $2::interval - now())::float)), newid || '@example.com', 'Apart ' || $3::text, '{CUSTOMER}', 'none', $1 FROM uuidv7() AS newid`,
      [new Date(at), offset, -1 - place],
    );
  const between = { createdAfter: at, createdBefore: '2025-06-01T12:00:00.001Z' };
  expect((await read({ filter: between })).numbers).toEqual([-1, -2]);
  expect((await read({ filter: { createdBefore: at } })).numbers).toEqual([]);
  await accounts.sql(`DELETE FROM accounts.account WHERE name LIKE 'Apart %'`);
});

test.each([
  [{ createdAfter: day(2), createdBefore: day(2) }, 'filter.createdAfter'],
  [{ createdAfter: day(3), createdBefore: day(2) }, 'filter.createdAfter'],
  [{ email: '' }, 'filter.email'],
  [{ email: `${'x'.repeat(250)}@y.zz` }, 'filter.email'],
  [{ email: 'nul\u0000@example.com' }, 'filter.email'],
])('refuses the filter %j, and names the argument', async (filter, argument) => {
  await expectRefusedFilter(filter, argument);
});

test('refuses a cursor of another filter, and accepts it with the same filter in other words', async () => {
  const { endCursor: after } = await read({ first: 1, filter: { role: 'STAFF' } });
  expect((await read({ after, filter: { email: null, role: 'STAFF' } })).numbers).toEqual([1000, 0]);
  await expectForeignCursor(after, [null, {}, { role: 'CUSTOMER' }, { role: 'STAFF', createdAfter: day(0) }]);
});

/** Bit n of a form is its condition n: email, STAFF, CUSTOMER, createdAfter, createdBefore; the last bit reads from the end. */
test.each([
  ['all accounts', 0, 'account_pkey', false],
  ['an email address', 1, 'account_email_key', true],
  ['an email address and a time', 1 + 8 + 16, 'account_email_key', true],
  ['staff', 2, 'account_staff_idx', false],
  ['customers of a time', 4 + 8 + 16, 'account_pkey', false],
])('reads a page of %s by an index, from both ends', async (_what, form, index, sorts) => {
  for (const end of [0, 32]) {
    const plan = await explainStatement(accounts, accountListStatements[form + end]);
    expect(plan).toContain(index);
    expect(plan).not.toContain('Seq Scan');
    expect(plan.includes('Sort'), plan).toBe(sorts);
  }
});
