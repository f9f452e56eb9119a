// Entity references replace joins: a plan node costs one SQL statement, however many rows it resolves.
import { expect, test } from 'vitest';
import { newId } from '../../platform/values/uuid.ts';
import { openWorld, type Session } from '../support/world.ts';
import { countStatements } from './count-statements.ts';

const world = openWorld('one process', 'databases');

const mainJourney = `query ($first: Int!) { me { name
  purchases(first: $first) { edges { node {
    buyer { name }
    payment { status purchase { id status } account { id } }
    lines { quantity product { name stock price { amount } } }
  } } }
  payments(first: $first) { edges { node { status refunds { id } } } }
} }`;

/** Inserts the rows of purchases directly, because the test measures only the query. */
async function writePurchases(session: Session, count: number): Promise<void> {
  const products = [await world.product(), await world.product(), await world.product()];
  const ids = Array.from({ length: count }, () => ({ purchase: newId(), payment: newId() }));
  const purchaseIds = ids.map(({ purchase }) => purchase);
  const paymentIds = ids.map(({ payment }) => payment);
  await world.sql(
    'purchases',
    `INSERT INTO purchases.purchase (id, account_id, payment_id, idempotency_key, request_hash, status, total, currency)
     SELECT p, $3, q, p::text, ''::bytea, 'COMPLETED', 30, 'EUR' FROM unnest($1::uuid[], $2::uuid[]) AS ids (p, q)`,
    [purchaseIds, paymentIds, session.accountId],
  );
  await world.sql(
    'purchases',
    `INSERT INTO purchases.purchase_line (purchase_id, position, product_id, quantity, name, unit_price)
     SELECT p, n, product, 1, 'Teapot', 10
     FROM unnest($1::uuid[]) AS p, unnest($2::uuid[]) WITH ORDINALITY AS of (product, n)`,
    [purchaseIds, products],
  );
  await world.sql(
    'payments',
    `INSERT INTO payments.payment (id, purchase_id, account_id, status, amount, currency, provider_id)
     SELECT q, p, $3, 'CAPTURED', 30, 'EUR', q::text FROM unnest($1::uuid[], $2::uuid[]) AS ids (p, q)`,
    [purchaseIds, paymentIds, session.accountId],
  );
}

test('sends the same few SQL statements for 1, 10 and 100 purchases with all their references', async () => {
  const session = await world.customer();
  await writePurchases(session, 100);
  const counted: Readonly<Record<string, number>>[] = [];
  for (const first of [1, 10, 100]) {
    const { answer, sent } = await countStatements(world, () => world.data(mainJourney, { first }, session));
    const { me } = answer;
    expect(me.purchases.edges).toHaveLength(first);
    expect(me.payments.edges).toHaveLength(first);
    expect(me.purchases.edges[first - 1].node).toMatchObject({
      buyer: { name: 'Ada Lovelace' },
      payment: { status: 'CAPTURED', purchase: { status: 'COMPLETED' } },
      lines: Array(3).fill({ quantity: 1, product: { name: 'Teapot' } }),
    });
    counted.push(sent);
  }
  // accounts: the session, me, the buyers. purchases: the list with its lines, and payment.purchase.
  // products: the products. Any other subgraph: nothing. payments: the payments of the purchases, of the account, and their refunds.
  const each = { accounts: 3, products: 1, payments: 3, purchases: 2 };
  expect(counted).toEqual([each, each, each]);
});

test('finds 1, 10 and 100 objects by their ids with one statement for each owner, and their fields with one more', async () => {
  const session = await world.customer();
  await writePurchases(session, 100);
  const rows = await world.sql('purchases', 'SELECT id FROM purchases.purchase WHERE account_id = $1', [
    session.accountId,
  ]);
  const counted: Readonly<Record<string, number>>[] = [];
  for (const count of [1, 10, 100]) {
    const ids = rows.slice(0, count).map(({ id }) => id);
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Purchase { status } } }';
    const { answer, sent } = await countStatements(world, () => world.data(query, { ids }, session));
    expect(answer.nodes).toEqual(ids.map((id) => ({ id, status: 'COMPLETED' })));
    counted.push(sent);
  }
  // accounts: the session alone, because an id that is not the viewer's own is no account that the viewer may see.
  const each = { accounts: 1, products: 1, payments: 1, purchases: 2 };
  for (const { accounts, products, payments, purchases, ...others } of counted) {
    expect({ accounts, products, payments, purchases }).toEqual(each);
    // Any other subgraph: at most the one that looks for them.
    expect(Object.values(others).filter((sent) => sent > 1)).toEqual([]);
  }
});
