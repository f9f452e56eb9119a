// The list of purchases for staff: its pages, its filter, and the indexes that serve both, and the pages of an account.
import { beforeAll, expect, test } from 'vitest';
import { newId } from '../../platform/values/uuid.ts';
import { pagesOfPurchasesStatement } from '../../subgraphs/purchases/purchase.ts';
import { purchaseListStatements } from '../../subgraphs/purchases/purchase-list.ts';
import { explainStatement } from '../platform/reads/explain.ts';
import { day, firstDay, openListOfDays } from '../platform/reads/list-of-days.ts';
import { subgraphTest } from '../support/subgraph.ts';

const purchases = subgraphTest('purchases');

const list = `query ($first: Int, $after: String, $last: Int, $before: String, $filter: PurchaseFilter) {
  purchases(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
    edges { cursor node { id status buyer { id } lines { quantity } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

const buyers = Array.from({ length: 100 }, () => newId());

/** 3000 purchases, one a day: purchase n is of day n, has n + 1 units in its line, and each thousandth is cancelled. */
beforeAll(async () => {
  await purchases.sql(
    `WITH made AS (
       INSERT INTO purchases.purchase (id, account_id, payment_id, idempotency_key, request_hash, status, cancel_reason, total,
         currency, created_at)
       SELECT uuidv7(make_interval(secs => extract(epoch FROM at - now())::float)), ($2::uuid[])[n % 100 + 1], uuidv7(), n, '',
         CASE WHEN n % 1000 = 0 THEN 'CANCELLED' ELSE 'COMPLETED' END, CASE WHEN n % 1000 = 0 THEN 'OUT_OF_STOCK' END,
         1, 'EUR', at
       FROM generate_series(0, 2999) AS n, LATERAL (SELECT $1::timestamptz + n * interval '24 hours' AS at)
       RETURNING id, idempotency_key::int AS n)
     INSERT INTO purchases.purchase_line (purchase_id, position, product_id, quantity)
     SELECT id, position, uuidv7(), CASE position WHEN 1 THEN n % 1000 + 1 ELSE n / 1000 + 1 END FROM made, generate_series(1, 2) AS position`,
    [firstDay, buyers],
  );
  await purchases.sql('ANALYZE purchases.purchase, purchases.purchase_line');
});

const { read, expectPagesFromBothEnds, expectRefusedFilter, expectForeignCursor } = openListOfDays({
  subgraph: purchases,
  field: 'purchases',
  query: list,
  getNumber: ({ lines }: { lines: { quantity: number }[] }) =>
    (lines[1]?.quantity ?? 0) * 1000 + (lines[0]?.quantity ?? 0) - 1001,
});

test('pages through all purchases, newest first, from both ends, with one statement for each page', async () => {
  await expectPagesFromBothEnds();
});

test('filters by status, by account and by both', async () => {
  expect((await read({ filter: { status: 'CANCELLED' } })).numbers).toEqual([2000, 1000, 0]);
  expect((await read({ filter: { status: 'CANCELLED' }, last: 1 })).numbers).toEqual([0]);
  expect((await read({ filter: { status: 'STARTED' } })).numbers).toEqual([]);
  const accountId = buyers[7]?.toUpperCase();
  expect((await read({ filter: { accountId }, first: 3 })).numbers).toEqual([2907, 2807, 2707]);
  expect((await read({ filter: { accountId: newId() } })).numbers).toEqual([]);
  expect((await read({ filter: { accountId: buyers[0], status: 'CANCELLED' } })).numbers).toEqual([
    2000, 1000, 0,
  ]);
  expect((await read({ filter: { accountId, status: 'CANCELLED' } })).numbers).toEqual([]);
});

test('filters by the time of creation, also together with the other conditions', async () => {
  const filter = { createdAfter: day(999), createdBefore: day(1002) };
  const page = await read({ filter });
  expect(page).toMatchObject({ numbers: [1001, 1000, 999], hasNextPage: false, hasPreviousPage: false });
  expect((await read({ filter, first: 1, after: page.startCursor })).numbers).toEqual([1000]);
  expect((await read({ filter, last: 1, before: page.endCursor })).numbers).toEqual([1000]);
  expect((await read({ filter: { ...filter, status: 'CANCELLED' } })).numbers).toEqual([1000]);
  expect((await read({ filter: { ...filter, accountId: buyers[99] } })).numbers).toEqual([999]);
  const all = { ...filter, status: 'COMPLETED', accountId: buyers[0] };
  expect((await read({ filter: all })).numbers).toEqual([]);
  expect((await read({ filter: { ...all, status: null } })).numbers).toEqual([1000]);
});

test.each([
  [{ createdAfter: day(2), createdBefore: day(2) }, 'filter.createdAfter'],
  [{ createdAfter: day(3), createdBefore: day(2) }, 'filter.createdAfter'],
  [{ accountId: 'nobody' }, 'filter.accountId'],
  [{ accountId: '' }, 'filter.accountId'],
])('refuses the filter %j, and names the argument', async (filter, argument) => {
  await expectRefusedFilter(filter, argument);
});

test('refuses a cursor of another filter, and accepts it with the same filter in other words', async () => {
  const { endCursor: after } = await read({ first: 1, filter: { status: 'CANCELLED' } });
  const same = { accountId: null, status: 'CANCELLED' };
  expect((await read({ after, filter: same })).numbers).toEqual([1000, 0]);
  await expectForeignCursor(after, [null, {}, { status: 'COMPLETED' }, { ...same, accountId: buyers[0] }]);
});

/** Bit n of a form is its condition n: account, status, createdAfter, createdBefore; the last bit reads from the end. */
test.each([
  ['all purchases', 0, 'purchase_pkey'],
  ['a time', 4 + 8, 'purchase_pkey'],
  ['a status', 2, 'purchase_status_idx'],
  ['a status and a time', 2 + 4 + 8, 'purchase_status_idx'],
  ['an account', 1, 'purchase_account_id_idx'],
  ['an account, a status and a time', 1 + 2 + 4 + 8, 'purchase_account_id_idx'],
])('reads a page of %s by the index of its list, from both ends', async (_what, form, index) => {
  for (const [end, direction] of [
    [0, 'Backward '],
    [16, ''],
  ] as const) {
    const plan = await explainStatement(purchases, purchaseListStatements[form + end]);
    expect(plan).toContain(`Index Scan ${direction}using ${index}`);
  }
});

test('finds the pages of an account by its index, from both ends', async () => {
  const plan = await explainStatement(purchases, pagesOfPurchasesStatement);
  const condition = /Index Cond: \(\(account_id = owner\) AND \(id < older_than\) AND \(id > newer_than\)\)/g;
  expect([plan.match(/Index Scan.* using purchase_account_id_idx/g)?.length, plan]).toEqual([2, plan]);
  expect(plan.match(/Backward using purchase_account_id_idx/g)).toHaveLength(1);
  expect(plan.replaceAll('wanted.', '').match(condition)).toHaveLength(2);
});
