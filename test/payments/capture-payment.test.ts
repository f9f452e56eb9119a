import { expect, test } from 'vitest';
import { newId } from '../../platform/values/uuid.ts';
import { staff } from '../support/viewers.ts';
import { capturePayment, paymentsTest, purchases, terms } from './payments.ts';

const payments = paymentsTest();

const refused = (purchaseId: string) => payments.refusal(capturePayment, { purchaseId }, purchases);

const listCapturePostings = (amount: string) => [
  `capture provider_receivable ${amount}`,
  `capture sales -${amount}`,
];

test('captures the held amount and posts it to the ledger', async () => {
  const given = terms();
  await payments.create(given);
  expect(await payments.capture(given)).toMatchObject({ id: given.id, status: 'CAPTURED' });
  expect(await payments.books(given.id)).toMatchObject([{ status: 'CAPTURED', amount: '12.50' }]);
  expect(await payments.postings(given)).toEqual(listCapturePostings('12.500'));
});

test('answers repeats, simultaneous ones too, and posts once', async () => {
  const given = terms();
  await payments.create(given);
  const responses = await Promise.all(Array.from({ length: 8 }, () => payments.capture(given)));
  expect(responses.map(({ status }) => status)).toEqual(Array(8).fill('CAPTURED'));
  expect(await payments.capture(given)).toMatchObject({ status: 'CAPTURED' });
  expect(await payments.postings(given)).toEqual(listCapturePostings('12.500'));
});

test('answers a repeat after a refund with the payment as it is', async () => {
  const given = await payments.captured();
  await payments.refund({ paymentId: given.id });
  expect(await payments.capture(given)).toMatchObject({ status: 'REFUNDED' });
});

test('records a capture that the provider made before the process ended', async () => {
  const given = terms();
  await payments.create(given);
  await payments.atProvider(`/charges/${given.id}/capture`);
  expect(await payments.capture(given)).toMatchObject({ status: 'CAPTURED' });
  expect(await payments.postings(given)).toEqual(listCapturePostings('12.500'));
});

test.each([
  ['void', 'VOIDED'],
  ['expire', 'EXPIRED'],
])(
  'records a hold that is gone at the provider alone (%s), and refuses every capture',
  async (change, status) => {
    const given = terms();
    await payments.create(given);
    await payments.atProvider(`/charges/${given.id}/${change}`);
    expect(await refused(given.purchaseId)).toBe('PAYMENT_HOLD_GONE');
    expect((await payments.row(given)).status).toBe(status);
    expect(await payments.postings(given)).toEqual([]);
    // A repeat gets the same answer without the provider, and the payment of the purchase can be given up.
    const before = payments.statements();
    expect(await refused(given.purchaseId)).toBe('PAYMENT_HOLD_GONE');
    expect(payments.statements() - before).toBe(1);
    expect(await payments.void(given)).toBe(status);
  },
);

test('refuses a purchase without a payment, and an id that is not a UUID', async () => {
  expect(await refused(newId())).toBe('PAYMENT_NOT_FOUND');
  expect(await refused('nothing')).toBe('PAYMENT_NOT_FOUND');
});

test('refuses declined, voided and pending payments', async () => {
  const [declined, voided, pending] = [terms(), terms(), terms()];
  await payments.createRefused(declined, 'tok_decline');
  await payments.void(voided);
  await payments.createRefused(pending, 'tok_unheard_of');
  for (const { purchaseId } of [declined, pending])
    expect(await refused(purchaseId)).toBe('PAYMENT_NOT_CAPTURABLE');
  expect(await refused(voided.purchaseId)).toBe('PAYMENT_HOLD_GONE');
});

test('lets only the purchases service capture', async () => {
  expect(await payments.refusal(capturePayment, { purchaseId: newId() }, staff())).toBe('FORBIDDEN');
  expect(await payments.refusal(capturePayment, { purchaseId: newId() })).toBe('UNAUTHENTICATED');
});

test('runs two SQL statements', async () => {
  const given = terms();
  await payments.create(given);
  const before = payments.statements();
  await payments.capture(given);
  expect(payments.statements() - before).toBe(2);
});
