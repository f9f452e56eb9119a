import { describe, expect, test } from 'vitest';
import { anonymous } from '../../platform/identity/viewer.ts';
import { newId } from '../../platform/values/uuid.ts';
import { customer, service, staff } from '../support/viewers.ts';
import { createPayment, paymentsTest, purchases, terms } from './payments.ts';

const payments = paymentsTest();

test('authorises the amount and returns the payment', async () => {
  const given = terms();
  expect(await payments.create(given)).toEqual({
    id: given.id,
    status: 'AUTHORIZED',
    amount: { amount: '12.50', currency: 'EUR' },
    refunded: { amount: '0.00', currency: 'EUR' },
    refundStatus: 'NONE',
    purchase: { id: given.purchaseId },
    account: { id: given.accountId },
  });
  const [charge, ...others] = await payments.books(given.id);
  expect(charge).toMatchObject({ status: 'AUTHORIZED', amount: '12.50', currency: 'EUR' });
  expect(others).toEqual([]);
  expect((await payments.row(given)).provider_id).toBe(charge?.id);
});

test('keeps amounts in the digits of their currency', async () => {
  const yen = await payments.create(terms({ amount: { amount: '1250', currency: 'JPY' } }));
  expect(yen.amount).toEqual({ amount: '1250', currency: 'JPY' });
  const dinar = await payments.create(terms({ amount: { amount: '999999999999.999', currency: 'KWD' } }));
  expect(dinar.amount).toEqual({ amount: '999999999999.999', currency: 'KWD' });
});

test('answers a repeat with the same payment and charges once', async () => {
  const given = terms();
  const first = await payments.create(given);
  expect(await payments.create(given)).toEqual(first);
  expect(await payments.create({ ...given, id: given.id.toUpperCase() })).toEqual(first);
  expect(await payments.books(given.id)).toHaveLength(1);
});

test('answers eight simultaneous duplicates with one payment and charges once', async () => {
  const given = terms();
  const responses = await Promise.all(Array.from({ length: 8 }, () => payments.create(given)));
  expect(new Set(responses.map(({ id, status }) => `${id} ${status}`))).toEqual(
    new Set([`${given.id} AUTHORIZED`]),
  );
  expect(await payments.books(given.id)).toHaveLength(1);
});

test('answers a repeat after the capture with the captured payment', async () => {
  const given = await payments.captured();
  expect(await payments.create(given)).toMatchObject({ id: given.id, status: 'CAPTURED' });
});

test('refuses a declined card, and again on every repeat', async () => {
  const given = terms();
  expect(await payments.createRefused(given, 'tok_decline')).toBe('PAYMENT_DECLINED');
  expect(await payments.createRefused(given, 'tok_approve')).toBe('PAYMENT_DECLINED');
  expect((await payments.row(given)).status).toBe('DECLINED');
});

test('refuses a token that the provider does not know, and accepts a good one afterwards', async () => {
  const given = terms();
  expect(await payments.createRefused(given, 'tok_unheard_of')).toBe('PAYMENT_TOKEN_INVALID');
  expect(await payments.books(given.id)).toEqual([]);
  expect(await payments.create(given)).toMatchObject({ status: 'AUTHORIZED' });
});

test.each(['', ' ', 'two words', 'x'.repeat(256), 'tok\u0000'])(
  'refuses %j, which can be no token, before anything is recorded',
  async (token) => {
    const given = terms();
    expect(await payments.createRefused(given, token)).toBe('PAYMENT_TOKEN_INVALID');
    expect(await payments.sql('SELECT 1 FROM payments.payment WHERE id = $1', [given.id])).toEqual([]);
  },
);

test('refuses a purchase that was voided before its payment came', async () => {
  const given = terms();
  await payments.void(given);
  expect(await payments.createRefused(given)).toBe('PAYMENT_VOIDED');
  expect(await payments.books(given.id)).toEqual([]);
});

test('refuses a second payment of a purchase that differs in id, account, amount or currency', async () => {
  const given = terms();
  await payments.create(given);
  const others = [
    { ...given, id: newId() },
    { ...given, accountId: newId() },
    { ...given, amount: { amount: '12.51', currency: 'EUR' } },
    { ...given, amount: { amount: '12.50', currency: 'USD' } },
    { ...given, purchaseId: newId() },
  ];
  for (const other of others) expect(await payments.createRefused(other)).toBe('PAYMENT_CONFLICT');
  expect(await payments.books(given.id)).toHaveLength(1);
});

test.each([
  { id: 'not-a-uuid' },
  { purchaseId: '' },
  { accountId: '42' },
  { amount: { amount: '0', currency: 'EUR' } },
  { amount: { amount: '-1.00', currency: 'EUR' } },
  { amount: { amount: '1.005', currency: 'EUR' } },
  { amount: { amount: '1e21', currency: 'EUR' } },
  { amount: { amount: '1.50', currency: 'XXX' } },
])('refuses %j as input', async (wrong) => {
  expect(await payments.createRefused(terms(wrong))).toBe('BAD_USER_INPUT');
});

test('lets only the purchases service create payments', async () => {
  expect(await payments.createRefused(terms(), 'tok_approve', anonymous)).toBe('UNAUTHENTICATED');
  for (const viewer of [customer(), staff(), service('products')]) {
    expect(await payments.createRefused(terms(), 'tok_approve', viewer)).toBe('FORBIDDEN');
  }
});

test('stores the token nowhere', async () => {
  const given = terms();
  await payments.create(given);
  expect(JSON.stringify(await payments.row(given))).not.toContain('tok_');
  expect(JSON.stringify(await payments.books(given.id))).not.toContain('tok_');
});

describe('without a token', () => {
  test('returns the result of an earlier attempt, and charges once', async () => {
    const given = terms();
    const first = await payments.create(given);
    expect(await payments.create(given, null)).toEqual(first);
    expect(await payments.books(given.id)).toHaveLength(1);
    await payments.capture(given);
    expect(await payments.create(given, null)).toMatchObject({ id: given.id, status: 'CAPTURED' });
  });

  test('refuses again a payment that was declined or voided', async () => {
    const [declined, voided] = [terms(), terms()];
    await payments.createRefused(declined, 'tok_decline');
    await payments.void(voided);
    expect(await payments.createRefused(declined, null)).toBe('PAYMENT_DECLINED');
    expect(await payments.createRefused(voided, null)).toBe('PAYMENT_VOIDED');
  });

  test('refuses when there was no earlier attempt, and stores nothing', async () => {
    const given = terms();
    expect(await payments.createRefused(given, null)).toBe('PAYMENT_TOKEN_MISSING');
    const { token: _none, ...withoutToken } = { ...given, token: null };
    expect(await payments.refusal(createPayment, { input: withoutToken }, purchases)).toBe(
      'PAYMENT_TOKEN_MISSING',
    );
    expect(await payments.sql('SELECT 1 FROM payments.payment WHERE id = $1', [given.id])).toEqual([]);
    expect(await payments.books(given.id)).toEqual([]);
  });

  test('refuses input that differs from the earlier attempt, and malformed input', async () => {
    const given = terms();
    await payments.create(given);
    const other = { ...given, amount: { amount: '12.51', currency: 'EUR' } };
    expect(await payments.createRefused(other, null)).toBe('PAYMENT_CONFLICT');
    expect(await payments.createRefused(terms({ id: 'not-a-uuid' }), null)).toBe('BAD_USER_INPUT');
  });
});

test('runs two SQL statements', async () => {
  const before = payments.statements();
  await payments.data(createPayment, { input: { ...terms(), token: 'tok_approve' } }, purchases);
  expect(payments.statements() - before).toBe(2);
});
