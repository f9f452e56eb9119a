// The row engine: a purchase that no instance runs is taken over, and one that an instance runs is left alone. How fast a take-over
// is, bench/checkout/orphan-takeover.ts measures.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { releaseOwnership } from '../../subgraphs/purchases/owner.ts';
import { signOfLifeClass } from '../../subgraphs/purchases/sign-of-life.ts';
import { customer } from '../support/viewers.ts';
import { type Order, shopTest } from './shop.ts';

const shop = shopTest({ PURCHASES_WAIT_MS: '300', PURCHASES_SWEEP_MS: '200' });
afterEach(shop.mend);

/** Makes a purchase that stops at `cut`, and gives it the owner `owner`, as if that instance had just died. */
async function orphan(cut: 'CapturePayment' | 'VoidPayment', owner: number) {
  const productId = await shop.product(5);
  const paymentToken = cut === 'VoidPayment' ? 'tok_decline' : 'tok_approve';
  const { id } = await buyFor(owner, cut, { productId, quantity: 2, paymentToken });
  return { id, productId };
}

/** Buys with the calls of `cut` lost, until the purchase is released and has got the owner `owner`. */
async function buyFor(owner: number, cut: 'CapturePayment' | 'VoidPayment', order: Order) {
  shop.cut(cut, 'unheard', Number.POSITIVE_INFINITY);
  const purchase = await shop.buy(order);
  const sql = 'UPDATE purchases.purchase SET owner = $2 WHERE id = $1 AND owner IS NULL RETURNING id';
  // The instance under test resumes the purchase again and again. Between two runs the row has no owner.
  await expect.poll(() => shop.purchases.sql(sql, [purchase.id, owner]), eventually).toHaveLength(1);
  shop.mend();
  return purchase;
}

/** A living instance: it holds its lock and does nothing else. */
async function livingInstance(key: number): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: shop.purchases.urls().runtime });
  await client.connect();
  await client.query('SELECT pg_advisory_lock($1, $2)', [signOfLifeClass, key]);
  return client;
}

const getStatus = async (id: string) => {
  const [row] = await shop.purchases.sql('SELECT status FROM purchases.purchase WHERE id = $1', [id]);
  return row?.status;
};
const eventually = { timeout: 20_000, interval: 20 };

test('takes over a confirmed purchase of a dead instance, and completes it', async () => {
  const { id, productId } = await orphan('CapturePayment', 1);
  await expect.poll(() => getStatus(id), eventually).toBe('COMPLETED');
  expect(await shop.truth(id, productId)).toEqual({
    purchase: 'COMPLETED',
    reservation: 'COMMITTED',
    stock: 3,
    payment: 'CAPTURED',
  });
});

test('takes over the undo of a dead instance, and finishes it', async () => {
  const { id, productId } = await orphan('VoidPayment', 2);
  await expect.poll(() => getStatus(id), eventually).toBe('CANCELLED');
  expect(await shop.truth(id, productId)).toMatchObject({
    reservation: 'RELEASED',
    stock: 5,
    payment: 'DECLINED',
  });
});

test('cancels a purchase that was interrupted before its card was charged, since no card token is stored', async () => {
  const productId = await shop.product(5);
  const id = randomUUID();
  await shop.purchases.sql(
    `WITH p AS (INSERT INTO purchases.purchase (id, account_id, payment_id, idempotency_key, request_hash, status, owner)
       VALUES ($1, $2, $3, 'key', '', 'STARTED', 3) RETURNING id)
     INSERT INTO purchases.purchase_line (purchase_id, position, product_id, quantity) SELECT id, 1, $4, 2 FROM p`,
    [id, randomUUID(), randomUUID(), productId],
  );
  await expect.poll(() => getStatus(id), eventually).toBe('CANCELLED');
  const [row] = await shop.purchases.sql('SELECT cancel_reason FROM purchases.purchase WHERE id = $1', [id]);
  expect(row).toEqual({ cancel_reason: 'INTERRUPTED' });
  expect(await shop.truth(id, productId)).toMatchObject({
    reservation: 'RELEASED',
    stock: 5,
    payment: 'VOIDED',
  });
});

test('leaves a purchase to its owner while that instance lives, also when the client repeats its request, and takes it over afterwards', async () => {
  const owner = await livingInstance(4);
  const productId = await shop.product(5);
  const order = { productId, quantity: 2, viewer: customer(), idempotencyKey: randomUUID() };
  const { id } = await buyFor(4, 'CapturePayment', order);

  expect(await shop.buy(order)).toMatchObject({ id, status: 'CONFIRMED' });
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(await getStatus(id)).toBe('CONFIRMED');
  await owner.end();
  await expect.poll(() => getStatus(id), eventually).toBe('COMPLETED');
});

test('takes its advisory lock again after its connection was broken', async () => {
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
  await expect.poll(async () => (await held())[0]?.pid, eventually).not.toBe(before?.pid);
  await expect.poll(async () => (await held())[0]?.objid, eventually).toBe(before?.objid);
});

test('returns a slow purchase with its present status, and finishes it without the client', async () => {
  const productId = await shop.product(5);
  const order = { productId, viewer: customer(), idempotencyKey: randomUUID() };
  shop.delay('CreatePayment', 1_000);
  const made = await shop.buy(order);
  expect(made).toMatchObject({ status: 'STARTED', total: null });
  await expect.poll(() => getStatus(made.id), eventually).toBe('COMPLETED');
  expect(await shop.buy(order)).toMatchObject({ id: made.id, status: 'COMPLETED' });
});

test('runs a purchase once in an instance, however often the request is repeated meanwhile', async () => {
  const order = { productId: await shop.product(5), viewer: customer(), idempotencyKey: randomUUID() };
  shop.delay('ReserveStock', 100);
  const before = shop.getCallCount('ReserveStock');
  const all = await Promise.all(Array.from({ length: 5 }, () => shop.buy(order)));
  expect(new Set(all.map(({ id }) => id)).size).toBe(1);
  expect(all.map(({ status }) => status)).toEqual(Array(5).fill('COMPLETED'));
  expect(shop.getCallCount('ReserveStock') - before).toBe(1);
});

/** Reads the key of the instance under test from its sign of life. */
async function ownKey(): Promise<number> {
  const [held] = await shop.purchases.sql(
    `SELECT objid::integer AS key FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = $1
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [signOfLifeClass],
  );
  return held?.key;
}

test('starts a new run for a purchase that it owns and whose run was lost with the database connection', async () => {
  const { id, productId } = await orphan('CapturePayment', await ownKey());
  await expect.poll(() => getStatus(id), eventually).toBe('COMPLETED');
  expect(await shop.truth(id, productId)).toMatchObject({ reservation: 'COMMITTED', payment: 'CAPTURED' });
});

test('does not release a purchase that has ended, so that a repeat gets the same response with the same times', async () => {
  const order = { productId: await shop.product(5), viewer: customer(), idempotencyKey: randomUUID() };
  const { id } = await shop.buy(order);
  const row = () => shop.purchases.sql('SELECT * FROM purchases.purchase WHERE id = $1', [id]);
  const before = await row();
  const client = new pg.Client({ connectionString: shop.purchases.urls().runtime });
  await client.connect();
  const db = { query: async (text: string, values: unknown[]) => (await client.query(text, values)).rows };
  await releaseOwnership({ db: db as never }, id, await ownKey());
  await client.end();
  expect(await row()).toEqual(before);
});
