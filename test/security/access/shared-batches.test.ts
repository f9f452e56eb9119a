// Concurrent requests share SQL statements: one statement reads rows for many viewers. Each viewer still sees only its own data.
import { expect, test } from 'vitest';
import { newId } from '../../../platform/values/uuid.ts';
import { countStatements } from '../../journeys/count-statements.ts';
import { openWorld, type Session } from '../../support/world.ts';
import { insertPurchase, type PurchaseIds } from './completed-purchase.ts';

const world = openWorld('one process', 'databases');

/** A completed purchase with one line. */
async function insertPurchaseWithLine(session: Session): Promise<PurchaseIds> {
  const ids = await insertPurchase(world, session);
  await world.sql(
    'purchases',
    `INSERT INTO purchases.purchase_line (purchase_id, position, product_id, quantity, name, unit_price)
     VALUES ($1, 1, $2, 3, 'Teapot', 10)`,
    [ids.purchase, newId()],
  );
  return ids;
}

const everything = `query ($mine: ID!, $yours: ID!, $myPayment: ID!, $yourPayment: ID!) {
  me { id email sessions { isCurrent } purchases(first: 5) { edges { node { id } } } payments(first: 5) { edges { node { id } } } }
  mine: purchase(id: $mine) { id status buyer { id name } payment { id } lines { name } }
  yours: purchase(id: $yours) { id status buyer { id name } payment { id } lines { name } }
  myPayment: payment(id: $myPayment) { id purchase { id } account { email } }
  yourPayment: payment(id: $yourPayment) { id purchase { id } account { email } }
}`;

test('nothing leaks between viewers whose requests share SQL statements', async () => {
  const [one, two] = [await world.customer(), await world.customer()];
  const [ones, twos] = [await insertPurchaseWithLine(one), await insertPurchaseWithLine(two)];
  const ids = (mine: typeof ones, yours: typeof ones) => ({
    mine: mine.purchase,
    yours: yours.purchase,
    myPayment: mine.payment,
    yourPayment: yours.payment,
  });
  const queries = {
    one: () => world.graphql(everything, ids(ones, twos), one),
    two: () => world.graphql(everything, ids(twos, ones), two),
    nobody: () => world.graphql(everything, ids(ones, twos)),
  };
  const alone = { one: await queries.one(), two: await queries.two(), nobody: await queries.nobody() };
  expect(alone.one.data).toMatchObject({
    me: { id: one.accountId, purchases: { edges: [{ node: { id: ones.purchase } }] } },
    mine: { id: ones.purchase, buyer: { id: one.accountId } },
    yours: null,
    myPayment: { id: ones.payment },
    yourPayment: null,
  });
  expect(alone.nobody.data).toEqual({
    me: null,
    mine: null,
    yours: null,
    myPayment: null,
    yourPayment: null,
  });

  const byOne = await countStatements(world, queries.one);
  const names = Array.from({ length: 20 }, () => ['one', 'two', 'nobody'] as const).flat();
  const together = await countStatements(world, () => Promise.all(names.map((name) => queries[name]())));
  // The sockets decide how many requests share a batch; this test needs that many of them do.
  expect(sum(together.sent)).toBeLessThan(names.length * sum(byOne.sent) * 0.8);
  for (const [index, name] of names.entries()) expect(together.answer[index]).toEqual(alone[name]);
});

function sum(numbers: Readonly<Record<string, number>>): number {
  return Object.values(numbers).reduce((total, number) => total + number, 0);
}
