// Payments are followed without any event: no URL is given to the sandbox, so that its events go nowhere.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenedDataSource, openDataSource } from '../../platform/database/data-source.ts';
import { newId } from '../../platform/values/uuid.ts';
import { disputeTable } from '../../subgraphs/payments/dispute.ts';
import { claimFollowedStatement, followPayments } from '../../subgraphs/payments/follow-payments.ts';
import { postingTable } from '../../subgraphs/payments/ledger/posting.ts';
import type { Own } from '../../subgraphs/payments/own.ts';
import { paymentTable } from '../../subgraphs/payments/payment.ts';
import { openHttpProvider } from '../../subgraphs/payments/provider/http-provider.ts';
import { createCallProvider } from '../../subgraphs/payments/provider/provider.ts';
import { refundTable } from '../../subgraphs/payments/refund.ts';
import { required } from '../support/required.ts';
import { silent } from '../support/silent-log.ts';
import { staff } from '../support/viewers.ts';
import { apiKey, paymentsTest, type Terms, terms } from './payments.ts';

const swept = paymentsTest({ sweepMs: 20 });
const still = paymentsTest();

type Payments = typeof swept;

let opened: OpenedDataSource | undefined;
beforeAll(async () => {
  opened = await openDataSource({
    subgraph: 'payments',
    url: still.urls().runtime,
    tables: [paymentTable, postingTable, refundTable, disputeTable],
    migrations: [],
    poolSize: 2,
    log: silent,
  });
});
afterAll(() => opened?.db.destroy());

/** Runs one round over the payments of `still`, and returns its failures and the number of its statements. */
async function follow(limit: number, url = still.sandboxUrl()) {
  const { db } = required(opened, 'the database is open');
  const provider = openHttpProvider({ url, key: apiKey, timeoutMs: 2_000 });
  const own = {
    provider,
    callProvider: createCallProvider(2_000),
    follow: { days: 180, firstSeconds: 600 },
  } as unknown as Own;
  let statements = 0;
  const counting = new Proxy(db, {
    get: (target, name) => {
      if (name === 'query') statements += 1;
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  try {
    const failures = await followPayments({ db: counting, own }, limit, AbortSignal.timeout(10_000));
    return { failures, statements };
  } finally {
    await provider.close();
  }
}

/** Makes payments due, and as old as that. */
const makeDue = (payments: Payments, ids: readonly string[], age = '1 hour') =>
  payments.sql(
    `UPDATE payments.payment SET check_at = now(), created_at = now() - $2::interval WHERE id = ANY($1)`,
    [ids, age],
  );

/** How long after now a payment is compared next, in seconds. Null: never. */
async function distance({ id }: { id: string }): Promise<number | null> {
  const sql =
    'SELECT extract(epoch FROM check_at - now())::float AS seconds FROM payments.payment WHERE id = $1';
  return (await still.sql(sql, [id]))[0]?.seconds ?? null;
}

test('finds what happened at the provider alone, without an event', async () => {
  const euro = (reference: string, amount: string) => ({ reference, amount, currency: 'EUR' });
  const [refunded, disputed, reversed, lapsed] = [
    await swept.captured(),
    await swept.captured(),
    await swept.captured(),
    terms(),
  ];
  await swept.create(lapsed);
  const there = (given: Terms, path: string, body?: object) =>
    swept.atProvider(`/charges/${given.id}/${path}`, body);
  await there(refunded, 'refunds', euro('refund', '2.50'));
  await there(disputed, 'disputes', euro('dispute', '12.50'));
  await there(disputed, 'disputes/dispute/lose');
  await there(reversed, 'reverse');
  await there(lapsed, 'expire');
  const all = [refunded, disputed, reversed, lapsed];
  await makeDue(
    swept,
    all.map(({ id }) => id),
  );
  const seen = () =>
    Promise.all(
      all.map(async (given) => {
        const { status, refunded, disputed } = await swept.row(given);
        return `${status} ${refunded} ${disputed}`;
      }),
    );
  await expect
    .poll(seen, { timeout: 5_000 })
    .toEqual([
      'PARTIALLY_REFUNDED 2.500 0.000',
      'CAPTURED 0.000 12.500',
      'REVERSED 0.000 0.000',
      'EXPIRED 0.000 0.000',
    ]);
  const proof = '{ ledger { balanced matchesProvider } }';
  expect((await swept.data(proof, {}, staff())).ledger).toEqual({ balanced: true, matchesProvider: true });
});

test('compares a new payment after ten minutes, then in growing distance, and not at all when it is old or has ended', async () => {
  const fresh = await still.captured();
  expect(await distance(fresh)).toBeCloseTo(600, -1);
  const [young, grown, old, ancient, refunded, reversed, voided] = [
    await still.captured(),
    await still.captured(),
    await still.captured(),
    await still.captured(),
    await still.captured(),
    await still.captured(),
    terms(),
  ];
  await still.refund({ paymentId: refunded.id });
  await still.sql(`UPDATE payments.payment SET status = 'REVERSED' WHERE id = $1`, [reversed.id]);
  await still.create(voided);
  await still.void(voided);
  for (const [given, age] of [
    [young, '1 minute'],
    [grown, '10 hours'],
    [old, '90 days'],
    [ancient, '181 days'],
    [refunded, '10 hours'],
    [voided, '10 hours'],
    [reversed, '10 hours'],
  ] as const)
    await makeDue(still, [given.id], age);
  expect(await follow(20)).toEqual({ failures: [], statements: 2 });
  const hour = 3_600;
  expect(await distance(young)).toBeCloseTo(600, -1);
  expect(await distance(grown)).toBeCloseTo(5 * hour, -2);
  expect(await distance(old)).toBeCloseTo(24 * hour, -2);
  expect(await distance(ancient)).toBeNull();
  // A refunded payment can still be disputed, and a provider may capture a voided one. A reversed one can no longer change.
  expect(await distance(refunded)).toBeCloseTo(5 * hour, -2);
  expect(await distance(voided)).toBeCloseTo(5 * hour, -2);
  expect(await distance(reversed)).toBeNull();
  // A tombstone has no charge to compare with.
  const unknown = terms();
  await still.void(unknown);
  expect(await distance(unknown)).toBeNull();
});

test('compares a bounded number of payments with two statements, the longest due first, and none that is not due', async () => {
  const ids = (
    await still.sql(
      `INSERT INTO payments.payment (id, purchase_id, account_id, status, amount, currency, provider_id, check_at)
       SELECT uuidv7(), uuidv7(), uuidv7(), 'AUTHORIZED', 1, 'EUR', 'charge', now() - n * interval '1 second'
       FROM generate_series(1, 25) AS n RETURNING id`,
    )
  ).map(({ id }) => id);
  const due = async () =>
    (await still.sql('SELECT id FROM payments.payment WHERE check_at <= now() ORDER BY check_at DESC')).map(
      ({ id }) => id,
    );
  expect(await follow(20)).toEqual({ failures: [], statements: 2 });
  expect(await due()).toEqual(ids.slice(0, 5));
  expect(await follow(20)).toEqual({ failures: [], statements: 2 });
  expect(await due()).toEqual([]);
  expect(await follow(20)).toEqual({ failures: [], statements: 1 });
});

test('tries again within a minute when the provider does not answer', async () => {
  const given = await still.captured();
  await makeDue(still, [given.id]);
  const { failures } = await follow(20, 'http://127.0.0.1:9');
  expect(failures).toHaveLength(1);
  const seconds = required(await distance(given), 'it is followed');
  expect(seconds).toBeGreaterThan(30);
  expect(seconds).toBeLessThanOrEqual(60);
  await makeDue(still, [given.id]);
  expect((await follow(20)).failures).toEqual([]);
});

test('finds what is due by an index', async () => {
  const { db } = required(opened, 'the database is open');
  await still.sql(
    `INSERT INTO payments.payment (id, purchase_id, account_id, status, amount, currency, provider_id, check_at)
     SELECT uuidv7(), uuidv7(), uuidv7(), 'CAPTURED', 1, 'EUR', 'charge', now() + n * interval '1 hour'
     FROM generate_series(1, 3000) AS n`,
  );
  await still.sql('ANALYZE payments.payment');
  const plan = await db.query(`EXPLAIN ${claimFollowedStatement.text}`, [20]);
  const text = plan.map((line: Record<string, string>) => line['QUERY PLAN']).join('\n');
  expect(text).toContain('payment_check_at_idx');
  expect(text).not.toContain('Seq Scan');
  await still.sql(`DELETE FROM payments.payment WHERE provider_id = 'charge' AND id <> $1`, [newId()]);
});
