// Checks each invariant on made-up states: a consistent state passes, and each way to break it is reported.
import { describe, expect, test } from 'vitest';
import { findBrokenInvariants, findChangedAnswers } from './invariants.ts';
import type { Charge, RecordedState } from './recorded-state.ts';

const lines = [{ product_id: 'teapot', quantity: 2 }];
const keys = { payment_id: 'money', total: '25.000', currency: 'EUR', lines };

/** One completed purchase, one that was cancelled after its authorization, and one that was cancelled before it. */
const whole = {
  purchases: [
    { ...keys, id: 'done', status: 'COMPLETED' },
    { ...keys, id: 'undone', payment_id: 'given up', status: 'CANCELLED' },
    { ...keys, id: 'refused', payment_id: 'never asked', status: 'CANCELLED' },
  ],
  reservations: [
    { purchase_id: 'done', status: 'COMMITTED', lines },
    { purchase_id: 'undone', status: 'RELEASED', lines },
    { purchase_id: 'refused', status: 'RELEASED', lines: [] },
  ],
  products: [{ id: 'teapot', stock: 8, initial: 10 }],
  payments: [
    payment('money', 'done', 'CAPTURED'),
    payment('given up', 'undone', 'VOIDED'),
    payment('never asked', 'refused', 'VOIDED'),
  ],
  postings: [posting('provider_receivable', '25.000'), posting('sales', '-25.000')],
  charges: [charge('money', 'CAPTURED'), charge('given up', 'VOIDED')],
} satisfies RecordedState;

function payment(id: string, purchase_id: string, status: string) {
  return { id, purchase_id, status, amount: '25.000', currency: 'EUR', refunded: '0.000' };
}

function posting(account: string, amount: string, payment_id = 'money') {
  return { payment_id, account, amount, currency: 'EUR' };
}

function charge(reference: string, status: string, disputes: Charge['disputes'] = []): Charge {
  return { reference, status, amount: '25.00', currency: 'EUR', refunded: '0.00', disputes };
}

const listBroken = (change: Partial<RecordedState>) =>
  findBrokenInvariants({ ...whole, ...change }).map(
    ({ invariant, purchaseId }) => `${invariant} ${purchaseId}`,
  );

/** Returns the list with a changed first element. */
function changeFirst<Row>([first, ...rest]: readonly Row[], change: Partial<Row>): Row[] {
  return [{ ...(first as Row), ...change }, ...rest];
}

test('finds no violation in a consistent state', () => {
  expect(findBrokenInvariants(whole)).toEqual([]);
});

test('finds no violation in a purchase that was given up because its hold lapsed', () => {
  const change = {
    payments: whole.payments.map((row) => (row.id === 'given up' ? { ...row, status: 'EXPIRED' } : row)),
    charges: whole.charges.map((row) => (row.reference === 'given up' ? { ...row, status: 'EXPIRED' } : row)),
  };
  expect(listBroken(change)).toEqual([]);
});

describe('reports', () => {
  const [, ...otherPayments] = whole.payments;
  const [, undone] = whole.reservations;
  const cases: [string, Partial<RecordedState>, string[]][] = [
    ['a completed purchase without a payment', { payments: otherPayments }, ['I1 done']],
    [
      'a completed purchase with two payments',
      { payments: [...whole.payments, { ...payment('more', 'done', 'CAPTURED') }] },
      ['I1 done'],
    ],
    [
      'a completed purchase with a payment that is too small',
      { payments: changeFirst(whole.payments, { amount: '24.000' }) },
      ['I1 done'],
    ],
    [
      'money taken for a cancelled purchase',
      { payments: [...whole.payments, payment('x', 'undone', 'CAPTURED')] },
      ['I2 undone'],
    ],
    [
      'money taken for no purchase at all',
      { payments: [...whole.payments, payment('x', 'ghost', 'REFUNDED')] },
      ['I2 ghost'],
    ],
    [
      'a completed purchase whose stock is only held',
      { reservations: changeFirst(whole.reservations, { status: 'HELD' }) },
      ['I3 done'],
    ],
    [
      'a completed purchase with other lines',
      { reservations: changeFirst(whole.reservations, { lines: [{ product_id: 'teapot', quantity: 1 }] }) },
      ['I3 done', 'I6 null'],
    ],
    [
      'a cancelled purchase that was not released',
      { reservations: whole.reservations.filter((row) => row !== undone) },
      ['I3 undone'],
    ],
    ['a second charge', { charges: [...whole.charges, charge('money', 'VOIDED')] }, ['I4 done', 'I5 done']],
    ['a charge without a purchase', { charges: [...whole.charges, charge('stray', 'VOIDED')] }, ['I4 null']],
    [
      'an authorization that was never voided',
      {
        charges: whole.charges.map((row) => ({
          ...row,
          status: row.status === 'VOIDED' ? 'AUTHORIZED' : row.status,
        })),
      },
      ['I4 undone'],
    ],
    [
      'a completed purchase that the provider voided',
      { charges: changeFirst(whole.charges, { status: 'VOIDED' }) },
      ['I4 done', 'I5 done'],
    ],
    ['a ledger that does not sum to zero', { postings: whole.postings.slice(0, 1) }, ['I5 null']],
    ['a posting that was lost with its counterpart', { postings: [] }, ['I5 done']],
    [
      'a posting for a voided payment',
      {
        postings: [
          ...whole.postings,
          posting('provider_receivable', '1.000', 'given up'),
          posting('sales', '-1.000', 'given up'),
        ],
      },
      ['I5 undone'],
    ],
    ['a unit that was lost', { products: changeFirst(whole.products, { stock: 7 }) }, ['I6 null']],
    ['stock below zero', { products: [{ id: 'teapot', stock: -1, initial: 1 }] }, ['I6 null']],
    [
      'a purchase that did not end',
      { purchases: changeFirst(whole.purchases, { status: 'CONFIRMED' }) },
      ['I9 done', 'I2 done', 'I2 done'],
    ],
  ];
  test.for(cases)('%s', ([, change, expected]) => {
    expect(listBroken(change)).toEqual(expected);
  });
});

test('takes refunds into account', () => {
  const refunded = {
    payments: changeFirst(whole.payments, { status: 'REFUNDED', refunded: '25.000' }),
    postings: [...whole.postings, posting('provider_receivable', '-25.000'), posting('sales', '25.000')],
  };
  expect(listBroken(refunded)).toEqual(['I5 done']);
  expect(listBroken({ ...refunded, charges: changeFirst(whole.charges, { refunded: '25.00' }) })).toEqual([]);
});

test('accepts what the provider takes back only with its postings', () => {
  const back = [posting('provider_receivable', '-25.000'), posting('sales', '25.000')];
  for (const [payments, theirs] of [
    [whole.payments, charge('money', 'CAPTURED', [{ status: 'OPEN', amount: '25.00' }])],
    [whole.payments, charge('money', 'CAPTURED', [{ status: 'LOST', amount: '25.00' }])],
    [changeFirst(whole.payments, { status: 'REVERSED' }), charge('money', 'REVERSED')],
  ] as const) {
    const [, other] = whole.charges;
    const state = { payments, charges: [theirs, other as Charge] };
    expect(listBroken(state)).toEqual(['I5 done']);
    expect(listBroken({ ...state, postings: [...whole.postings, ...back] })).toEqual([]);
  }
  expect(
    listBroken({ charges: changeFirst(whole.charges, { disputes: [{ status: 'WON', amount: '25.00' }] }) }),
  ).toEqual([]);
});

test('compares the first answer to an order with the answer to its repetition', () => {
  const first = { id: 'done', status: 'COMPLETED' };
  expect(findChangedAnswers([{ purchaseId: 'done', first, again: { ...first } }])).toEqual([]);
  expect(
    findChangedAnswers([{ purchaseId: 'done', first, again: { ...first, status: 'CANCELLED' } }]),
  ).toMatchObject([{ invariant: 'I7', purchaseId: 'done' }]);
});
