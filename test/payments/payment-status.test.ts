import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type OpenedDataSource, openDataSource } from '../../platform/database/data-source.ts';
import { newRefundId } from '../../platform/values/ids.ts';
import { newId } from '../../platform/values/uuid.ts';
import { postCapture, postRefund, postReversal } from '../../subgraphs/payments/ledger/movement.ts';
import { postingTable } from '../../subgraphs/payments/ledger/posting.ts';
import { type PaymentRow, paymentTable } from '../../subgraphs/payments/payment.ts';
import {
  getSourceStatuses,
  type PaymentStatus,
  paymentStatuses,
  transitions,
} from '../../subgraphs/payments/payment-status.ts';
import { movePayment } from '../../subgraphs/payments/record/move-payment.ts';
import { refundTable } from '../../subgraphs/payments/refund.ts';
import { cloneDatabase } from '../support/databases.ts';
import { required } from '../support/required.ts';
import { silent } from '../support/silent-log.ts';

let database: Awaited<ReturnType<typeof cloneDatabase>> | undefined;
let opened: OpenedDataSource | undefined;

beforeAll(async () => {
  database = await cloneDatabase({ adminUrl: inject('adminUrl'), name: 'payments' });
  opened = await openDataSource({
    subgraph: 'payments',
    url: database.urls.runtime,
    tables: [paymentTable, postingTable, refundTable],
    migrations: [],
    poolSize: 2,
    log: silent,
  });
});

afterAll(async () => {
  await opened?.db.destroy();
  await database?.drop();
});

/** How much of 10.00 EUR is refunded in each status. */
const refundedIn: Partial<Record<PaymentStatus, string>> = { PARTIALLY_REFUNDED: '4.00', REFUNDED: '10.00' };

async function paymentIn(status: PaymentStatus): Promise<PaymentRow> {
  const [row] = await required(opened, 'the database is open').db.query(
    `INSERT INTO payments.payment (id, purchase_id, account_id, status, amount, refunded, currency, provider_id)
     VALUES ($1, $2, $3, $4, 10, $5, 'EUR', 'charge') RETURNING *`,
    [newId(), newId(), newId(), status, refundedIn[status] ?? '0'],
  );
  return row;
}

/** The statement that gives a payment each status. The subgraph has no other. */
function move(payment: PaymentRow, to: Exclude<PaymentStatus, 'PENDING'>): Promise<PaymentRow | null> {
  const { db } = required(opened, 'the database is open');
  if (to === 'CAPTURED') return postCapture({ db }, payment, getSourceStatuses(to));
  if (to === 'PARTIALLY_REFUNDED')
    return postRefund(db.manager, payment, { id: newRefundId(), amount: '1.00' });
  if (to === 'REFUNDED') {
    const left = payment.status === 'PARTIALLY_REFUNDED' ? '6.00' : '10.00';
    return postRefund(db.manager, payment, { id: newRefundId(), amount: left });
  }
  if (to === 'REVERSED') return postReversal(db.manager, payment);
  return movePayment({ db }, payment.id, to, 'charge');
}

const targets = paymentStatuses.filter((status) => status !== 'PENDING');
const pairs = paymentStatuses.flatMap((from) => targets.map((to) => ({ from, to })));

describe('the transition table', () => {
  test('lets no payment return to PENDING', () => {
    expect(paymentStatuses.filter((from) => transitions[from].includes('PENDING'))).toEqual([]);
  });

  test.each(pairs.filter(({ from, to }) => transitions[from].includes(to)))(
    'lets $from become $to',
    async ({ from, to }) => {
      expect(await move(await paymentIn(from), to)).toMatchObject({ status: to });
    },
  );

  test.each(pairs.filter(({ from, to }) => !transitions[from].includes(to)))(
    'does not let $from become $to, nor post anything for it',
    async ({ from, to }) => {
      const payment = await paymentIn(from);
      expect(await move(payment, to)).toBeNull();
      const { db } = required(opened, 'the database is open');
      expect(await db.query('SELECT * FROM payments.payment WHERE id = $1', [payment.id])).toEqual([payment]);
      expect(await db.query('SELECT 1 FROM payments.posting WHERE payment_id = $1', [payment.id])).toEqual(
        [],
      );
    },
  );
});

test('a status is written in three statements and nowhere else, so that each change can take its event with it', () => {
  const folder = join(import.meta.dirname, '../../subgraphs/payments');
  const writes = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('migrations'))
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      return [...text.matchAll(/INSERT INTO payments\.payment\b|UPDATE payments\.payment SET status\b/g)].map(
        ([statement]) => `${file}: ${statement}`,
      );
    });
  expect(writes.sort()).toEqual([
    'ledger/movement.ts: UPDATE payments.payment SET status',
    'payment.ts: INSERT INTO payments.payment',
    'record/move-payment.ts: UPDATE payments.payment SET status',
  ]);
});

test('the database refuses statuses and amounts that contradict each other', async () => {
  const { db } = required(opened, 'the database is open');
  const write = (columns: {
    status: string;
    amount?: string;
    refunded?: string;
    currency?: string;
    provider?: string;
  }) =>
    db.query(
      `INSERT INTO payments.payment (id, purchase_id, account_id, status, amount, refunded, currency, provider_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        newId(),
        newId(),
        newId(),
        columns.status,
        columns.amount ?? '10',
        columns.refunded ?? '0',
        columns.currency ?? 'EUR',
        columns.provider ?? null,
      ],
    );
  const captured = { status: 'CAPTURED', provider: 'charge' };
  await expect(write({ status: 'LOST', provider: 'charge' })).rejects.toThrow('payment_status_check');
  await expect(write({ status: 'PENDING', amount: '0' })).rejects.toThrow('payment_amount_check');
  await expect(write({ status: 'PENDING', currency: 'euro' })).rejects.toThrow('payment_currency_check');
  await expect(write({ status: 'AUTHORIZED' })).rejects.toThrow('payment_provider_id_check');
  await expect(write({ ...captured, refunded: '1' })).rejects.toThrow('payment_refunded_check');
  for (const [status, refunded] of [
    ['REFUNDED', '9'],
    ['REVERSED', '10'],
    ['PARTIALLY_REFUNDED', '10'],
  ] as const)
    await expect(write({ ...captured, status, refunded })).rejects.toThrow('payment_refunded_check');
});
