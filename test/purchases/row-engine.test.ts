// The default engine: what nobody runs is taken over, what somebody runs is left alone, whoever that is.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { park } from '../../subgraphs/purchases/owner.ts';
import { signOfLifeClass } from '../../subgraphs/purchases/sign-of-life.ts';
import { customer } from '../support/viewers.ts';
import { shopTest } from './shop.ts';

const shop = shopTest({ PURCHASES_WAIT_MS: '300', PURCHASES_SWEEP_MS: '200' });
afterEach(shop.mend);

/** A purchase that stands where `cut` stopped it, and is owned by `owner` as if that instance had just died. */
async function orphan(cut: 'CapturePayment' | 'VoidPayment', owner: number) {
  const productId = await shop.product(5);
  const paymentToken = cut === 'VoidPayment' ? 'tok_decline' : 'tok_approve';
  shop.cut(cut, 'unheard', 3);
  const { id } = await shop.buy({ productId, quantity: 2, paymentToken });
  const sql = 'UPDATE purchases.purchase SET owner = $2 WHERE id = $1 AND owner IS NULL RETURNING id';
  expect(await shop.purchases.sql(sql, [id, owner])).toHaveLength(1);
  return { id, productId };
}

/** An instance that lives: it holds its lock and does nothing else. */
async function livingInstance(key: number): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: shop.purchases.urls().runtime });
  await client.connect();
  await client.query('SELECT pg_advisory_lock($1, $2)', [signOfLifeClass, key]);
  return client;
}

const statusOf = async (id: string) => {
  const [row] = await shop.purchases.sql('SELECT status FROM purchases.purchase WHERE id = $1', [id]);
  return row?.status;
};
const soon = { timeout: 5_000, interval: 20 };

test('takes over a confirmed purchase of a dead instance within half a second, and completes it', async () => {
  const { id, productId } = await orphan('CapturePayment', 1);
  const started = performance.now();
  await expect.poll(() => statusOf(id), soon).toBe('COMPLETED');
  // Generous for a busy machine: the aim is 0.5 s, the sweeper looks five times a second.
  expect(performance.now() - started).toBeLessThan(2_000);
  expect(await shop.truth(id, productId)).toEqual({
    purchase: 'COMPLETED',
    reservation: 'COMMITTED',
    stock: 3,
    payment: 'CAPTURED',
  });
});

test('takes over an undo of a dead instance, and ends it', async () => {
  const { id, productId } = await orphan('VoidPayment', 2);
  await expect.poll(() => statusOf(id), soon).toBe('CANCELLED');
  expect(await shop.truth(id, productId)).toMatchObject({
    reservation: 'RELEASED',
    stock: 5,
    payment: 'DECLINED',
  });
});

test('cancels a purchase that was interrupted before its card was asked, since card tokens are not kept', async () => {
  const productId = await shop.product(5);
  const id = randomUUID();
  await shop.purchases.sql(
    `WITH p AS (INSERT INTO purchases.purchase (id, account_id, payment_id, idempotency_key, request_hash, status, owner)
       VALUES ($1, $2, $3, 'key', '', 'STARTED', 3) RETURNING id)
     INSERT INTO purchases.purchase_line (purchase_id, position, product_id, quantity) SELECT id, 1, $4, 2 FROM p`,
    [id, randomUUID(), randomUUID(), productId],
  );
  await expect.poll(() => statusOf(id), soon).toBe('CANCELLED');
  const [row] = await shop.purchases.sql('SELECT cancel_reason FROM purchases.purchase WHERE id = $1', [id]);
  expect(row).toEqual({ cancel_reason: 'INTERRUPTED' });
  expect(await shop.truth(id, productId)).toMatchObject({
    reservation: 'RELEASED',
    stock: 5,
    payment: 'VOIDED',
  });
});

test('leaves a purchase alone while its owner lives, also when the client asks again, and takes it over afterwards', async () => {
  const owner = await livingInstance(4);
  const productId = await shop.product(5);
  const order = { productId, quantity: 2, viewer: customer(), idempotencyKey: randomUUID() };
  shop.cut('CapturePayment', 'unheard', 3);
  const { id } = await shop.buy(order);
  await shop.purchases.sql('UPDATE purchases.purchase SET owner = 4 WHERE id = $1', [id]);

  expect(await shop.buy(order)).toMatchObject({ id, status: 'CONFIRMED' });
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(await statusOf(id)).toBe('CONFIRMED');
  await owner.end();
  await expect.poll(() => statusOf(id), soon).toBe('COMPLETED');
});

test('shows its sign of life again when the connection is broken from outside', async () => {
  const held = () =>
    shop.purchases.sql(
      `SELECT pid, objid FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = $1
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      [signOfLifeClass],
    );
  const [before] = await held();
  const admin = new pg.Client({ connectionString: shop.purchases.urls().admin });
  await admin.connect();
  await admin.query('SELECT pg_terminate_backend($1)', [before?.pid]);
  await admin.end();
  await expect.poll(async () => (await held())[0]?.pid, soon).not.toBe(before?.pid);
  await expect.poll(async () => (await held())[0]?.objid, soon).toBe(before?.objid);
});

test('answers a slow purchase as it stands, and carries it to its end by itself', async () => {
  const productId = await shop.product(5);
  const order = { productId, viewer: customer(), idempotencyKey: randomUUID() };
  shop.delay('CreatePayment', 1_000);
  const made = await shop.buy(order);
  expect(made).toMatchObject({ status: 'STARTED', total: null });
  await expect.poll(() => statusOf(made.id), soon).toBe('COMPLETED');
  expect(await shop.buy(order)).toMatchObject({ id: made.id, status: 'COMPLETED' });
});

test('runs a purchase once here, however often it is asked for meanwhile', async () => {
  const order = { productId: await shop.product(5), viewer: customer(), idempotencyKey: randomUUID() };
  shop.delay('ReserveStock', 100);
  const before = shop.asked('ReserveStock');
  const all = await Promise.all(Array.from({ length: 5 }, () => shop.buy(order)));
  expect(new Set(all.map(({ id }) => id)).size).toBe(1);
  expect(all.map(({ status }) => status)).toEqual(Array(5).fill('COMPLETED'));
  expect(shop.asked('ReserveStock') - before).toBe(1);
});

/** The instance under test, by its sign of life. */
async function ownKey(): Promise<number> {
  const [held] = await shop.purchases.sql(
    `SELECT objid::integer AS key FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = $1
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [signOfLifeClass],
  );
  return held?.key;
}

test('begins again what is written down as its own and lost its run, when the database ended in between', async () => {
  const { id, productId } = await orphan('CapturePayment', await ownKey());
  await expect.poll(() => statusOf(id), soon).toBe('COMPLETED');
  expect(await shop.truth(id, productId)).toMatchObject({ reservation: 'COMMITTED', payment: 'CAPTURED' });
});

test('puts nothing down that has ended: a repeat is answered as the first time, to the millisecond', async () => {
  const order = { productId: await shop.product(5), viewer: customer(), idempotencyKey: randomUUID() };
  const { id } = await shop.buy(order);
  const row = () => shop.purchases.sql('SELECT * FROM purchases.purchase WHERE id = $1', [id]);
  const before = await row();
  const client = new pg.Client({ connectionString: shop.purchases.urls().runtime });
  await client.connect();
  const db = { query: async (text: string, values: unknown[]) => (await client.query(text, values)).rows };
  await park({ db: db as never }, id, await ownKey());
  await client.end();
  expect(await row()).toEqual(before);
});
