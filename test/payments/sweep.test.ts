// The sweeper finds and ends the payments and refunds that a crash left pending. The tests write such rows directly.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DataSource } from 'typeorm';
import { expect, test } from 'vitest';
import { openDataSource } from '../../platform/database/data-source.ts';
import { readEnvironment } from '../../platform/process/environment.ts';
import { openSubgraph } from '../../platform/subgraph/subgraph.ts';
import { readSchema, readSupergraphMap } from '../../platform/supergraph-map.ts';
import { newId } from '../../platform/values/uuid.ts';
import { findEntry, loadSubgraph } from '../../subgraphs/load.ts';
import { claimPayments } from '../../subgraphs/payments/claim-pending.ts';
import { postingTable } from '../../subgraphs/payments/ledger/posting.ts';
import { paymentTable } from '../../subgraphs/payments/payment.ts';
import { refundTable } from '../../subgraphs/payments/refund.ts';
import { required } from '../support/required.ts';
import { silent } from '../support/silent-log.ts';
import { paymentsTest, type Terms, terms } from './payments.ts';

const swept = paymentsTest({ sweepMs: 20 });
const still = paymentsTest({ sweepMs: 0 });

type Payments = typeof swept;

/** Makes a row old enough for the sweeper. */
const age = (payments: Payments, table: 'payment' | 'refund', id: string) =>
  payments.sql(`UPDATE payments.${table} SET updated_at = now() - interval '2 minutes' WHERE id = $1`, [id]);

const statusOf = async (payments: Payments, given: Terms) => (await payments.row(given)).status;

/** Runs only phase 1 of a refund. */
async function recordRefund(payments: Payments, given: Terms, amount: string): Promise<string> {
  const id = newId();
  await payments.sqlAsRuntime(
    `INSERT INTO payments.refund (id, payment_id, idempotency_key, status, amount, currency, is_remainder, reason)
     VALUES ($1, $2, $3, 'PENDING', $4, $5, false, 'arrived broken')`,
    [id, given.id, id, amount, given.amount.currency],
  );
  return id;
}

const refundStatus = async (payments: Payments, id: string) =>
  (await payments.sql('SELECT status FROM payments.refund WHERE id = $1', [id]))[0]?.status;

test('records the charges of the provider for payments that were left pending', async () => {
  const [held, refused, taken] = [terms(), terms(), terms()];
  for (const given of [held, refused, taken]) await swept.recordIntent(given);
  await swept.chargeAtProvider(held, 'tok_approve');
  await swept.chargeAtProvider(refused, 'tok_decline');
  await swept.chargeAtProvider(taken, 'tok_approve');
  await swept.atProvider(`/charges/${taken.id}/capture`);
  for (const { id } of [held, refused, taken]) await age(swept, 'payment', id);
  await expect.poll(() => statusOf(swept, held)).toBe('AUTHORIZED');
  await expect.poll(() => statusOf(swept, refused)).toBe('DECLINED');
  await expect.poll(() => statusOf(swept, taken)).toBe('CAPTURED');
  expect(await swept.postings(taken)).toHaveLength(2);
});

test('leaves a payment that the provider does not know to its purchase, and does not ask again at once', async () => {
  const given = terms();
  await swept.recordIntent(given);
  await age(swept, 'payment', given.id);
  const fresh = `SELECT updated_at > now() - interval '1 minute' AS fresh FROM payments.payment WHERE id = $1`;
  await expect.poll(async () => (await swept.sql(fresh, [given.id]))[0]?.fresh).toBe(true);
  expect(await statusOf(swept, given)).toBe('PENDING');
  expect(await swept.books(given.id)).toEqual([]);
  expect(await swept.create(given)).toMatchObject({ status: 'AUTHORIZED' });
});

test('finishes refunds that were left pending, whether or not the provider has them already', async () => {
  const given = await swept.captured();
  const [unheard, lost] = [
    await recordRefund(swept, given, '2.50'),
    await recordRefund(swept, given, '10.00'),
  ];
  await swept.atProvider(`/charges/${given.id}/refunds`, {
    reference: lost,
    amount: '10.00',
    currency: 'EUR',
  });
  for (const id of [unheard, lost]) await age(swept, 'refund', id);
  for (const id of [unheard, lost]) await expect.poll(() => refundStatus(swept, id)).toBe('COMPLETED');
  expect(await statusOf(swept, given)).toBe('REFUNDED');
  expect(await swept.books(given.id)).toMatchObject([{ refunded: '12.50', refunds: [{}, {}] }]);
  expect(await swept.postings(given)).toHaveLength(6);
});

test('ends a refund that the provider refuses', async () => {
  const given = await swept.captured();
  const id = await recordRefund(swept, given, '12.51');
  await age(swept, 'refund', id);
  await expect.poll(() => refundStatus(swept, id)).toBe('FAILED');
  expect(await statusOf(swept, given)).toBe('CAPTURED');
});

test('leaves young rows alone, because a call may still work on them', async () => {
  const given = await swept.captured();
  const refund = await recordRefund(swept, given, '1.00');
  const pending = terms();
  await swept.recordIntent(pending);
  await swept.chargeAtProvider(pending, 'tok_approve');
  await rounds(3);
  expect([await refundStatus(swept, refund), await statusOf(swept, pending)]).toEqual(['PENDING', 'PENDING']);
});

test('runs one SQL statement in each round when no row is due', async () => {
  // Rows that earlier tests left pending would become due again.
  for (const table of ['payment', 'refund'])
    await swept.sql(
      `UPDATE payments.${table} SET updated_at = now() + interval '1 hour' WHERE status = 'PENDING'`,
    );
  await rounds(2);
  const counted = new Set<number>();
  const until = performance.now() + 300;
  for (let last = swept.statements(); performance.now() < until; last = swept.statements()) {
    const before = last;
    await expect.poll(() => swept.statements(), { interval: 1 }).toBeGreaterThan(before);
    counted.add(swept.statements() - before);
  }
  expect([...counted]).toEqual([1]);
});

test('gives each row to exactly one of several instances that claim at once', async () => {
  await still.sql(
    `INSERT INTO payments.payment (id, purchase_id, account_id, status, amount, currency, updated_at)
     SELECT uuidv7(), uuidv7(), uuidv7(), 'PENDING', 1, 'EUR', now() - interval '2 minutes' FROM generate_series(1, 60)`,
  );
  const instances = await Promise.all(
    Array.from({ length: 6 }, () =>
      openDataSource({
        subgraph: 'payments',
        url: still.urls().runtime,
        tables: [paymentTable, refundTable, postingTable],
        migrations: [],
        poolSize: 1,
        log: silent,
      }),
    ),
  );
  try {
    const [slow, ...others] = instances.map(({ db }) => db);
    const claimed = await required(slow, 'there are six').transaction(async (tx) => {
      const held = await claimPayments({ db: tx as unknown as DataSource }, 10);
      // The other instances do not wait for the one that has not committed.
      return [held, ...(await Promise.all(others.map((db) => claimPayments({ db }, 10))))];
    });
    const rest = await claimPayments({ db: required(slow, 'there are six') }, 100);
    const ids = [...claimed, rest].flat().map(({ id }) => id);
    expect(claimed.every((rows) => rows.length === 10)).toBe(true);
    expect(ids).toHaveLength(60);
    expect(new Set(ids).size).toBe(60);
  } finally {
    await Promise.all(instances.map(({ db }) => db.destroy()));
  }
});

test('closes while the provider does not answer, and leaves the payment pending for another instance', async () => {
  const { promise: called, resolve: markCalled } = Promise.withResolvers<void>();
  const provider = createServer(() => markCalled());
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  const map = readSupergraphMap();
  const entry = findEntry(map, 'payments');
  const instance = await openSubgraph({
    definition: await loadSubgraph(entry),
    sdl: readSchema(map, entry),
    urls: still.urls(),
    environment: readEnvironment({
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      PAYMENTS_PROVIDER_URL: `http://127.0.0.1:${(provider.address() as AddressInfo).port}`,
      PAYMENTS_PROVIDER_KEY: 'key',
      PAYMENTS_PROVIDER_TIMEOUT_MS: '30000',
      PAYMENTS_SWEEP_MS: '20',
    }),
    clientFor: () => () => Promise.reject(new Error('payments calls no other subgraph')),
  });
  const given = terms();
  await still.recordIntent(given);
  await age(still, 'payment', given.id);
  await called;
  const closedAt = performance.now();
  await instance.close();
  expect(performance.now() - closedAt).toBeLessThan(3_000);
  provider.closeAllConnections();
  await new Promise((resolve) => provider.close(resolve));
  expect(await statusOf(still, given)).toBe('PENDING');
});

test('does nothing when it is turned off', async () => {
  const given = terms();
  await still.recordIntent(given);
  await still.chargeAtProvider(given, 'tok_approve');
  await age(still, 'payment', given.id);
  const before = still.statements();
  await rounds(5);
  expect(still.statements()).toBe(before);
  expect(await statusOf(still, given)).toBe('PENDING');
});

/** Waits until the running sweeper has made this number of rounds. */
async function rounds(count: number): Promise<void> {
  const before = swept.statements();
  await expect.poll(() => swept.statements() - before).toBeGreaterThanOrEqual(count);
}
