// What happens at the provider alone: refunds, disputes, captures that are taken back. Nothing of ours asks for it, and nothing of
// it is lost: each state is recorded with its postings, in any order of the events, and the ledger agrees with the provider.
import { describe, expect, test } from 'vitest';
import { newId } from '../../../platform/values/uuid.ts';
import { customer, staff } from '../../support/viewers.ts';
import { serveEvents } from '../events.ts';
import { paymentsTest, type Terms, terms } from '../payments.ts';

const payments = paymentsTest();
const { deliver, hear } = serveEvents(payments);

const euro = (amount: string) => ({ amount, currency: 'EUR' });
const refundThere = (given: Terms, amount: string, reference = `refund_${newId()}`) =>
  payments.atProvider(`/charges/${given.id}/refunds`, { reference, ...euro(amount) });

async function disputeThere(given: Terms, amount: string, reference = `dispute_${newId()}`): Promise<string> {
  await payments.atProvider(`/charges/${given.id}/disputes`, { reference, ...euro(amount) });
  return reference;
}
const closeThere = (given: Terms, dispute: string, outcome: 'win' | 'lose') =>
  payments.atProvider(`/charges/${given.id}/disputes/${dispute}/${outcome}`);

const shown = `query ($id: ID!) { payment(id: $id) {
  status refunded { amount } disputed { amount }
  refunds { amount { amount } reason source } disputes { amount { amount } status }
} }`;
/** What the buyer reads. */
const read = async ({ id, accountId }: Terms) =>
  (await payments.data(shown, { id }, customer(accountId))).payment;

const differences = async () =>
  (
    await payments.data(
      '{ ledger { balanced matchesProvider differences { reference } currencies { difference } } }',
      {},
      staff(),
    )
  ).ledger;

const capture = ['capture provider_receivable 12.500', 'capture sales -12.500'];

describe('a refund at the provider', () => {
  test('is recorded with its postings, and ours refund what it leaves', async () => {
    const given = await payments.captured();
    await refundThere(given, '2.50');
    const refund = {
      amount: { amount: '2.50' },
      reason: 'Refunded at the payment provider.',
      source: 'PROVIDER',
    };
    await expect.poll(() => read(given)).toMatchObject({ status: 'PARTIALLY_REFUNDED', refunds: [refund] });
    expect(await payments.postings(given)).toEqual([
      ...capture,
      'refund provider_receivable -2.500',
      'refund sales 2.500',
    ]);
    expect(await payments.refund({ paymentId: given.id })).toMatchObject({ status: 'REFUNDED' });
    expect((await read(given)).refunds).toMatchObject([
      refund,
      { amount: { amount: '10.00' }, source: 'STAFF' },
    ]);
    expect((await differences()).differences).toEqual([]);
  });

  test('of which nothing was heard counts when we refund: the rest is refunded, or the answer says what is left', async () => {
    await deliver(0);
    const [given, other, whole] = [
      await payments.captured(),
      await payments.captured(),
      await payments.captured(),
    ];
    await refundThere(given, '2.50');
    expect(await payments.refund({ paymentId: given.id })).toMatchObject({ status: 'REFUNDED' });
    expect(await payments.books(given.id)).toMatchObject([
      { refunded: '12.50', refunds: [{}, { amount: '10.00' }] },
    ]);

    await refundThere(other, '2.50');
    const tooMuch = { paymentId: other.id, amount: euro('12.00'), idempotencyKey: 'once' };
    expect(await payments.refundRefused(tooMuch)).toBe('REFUND_TOO_LARGE');
    expect(await payments.refundRefused(tooMuch)).toBe('REFUND_TOO_LARGE');
    expect((await payments.row(other)).refunded).toBe('2.500');
    expect(await payments.refund({ paymentId: other.id, amount: euro('10.00') })).toMatchObject({
      status: 'REFUNDED',
    });

    await refundThere(whole, '12.50');
    expect(await payments.refundRefused({ paymentId: whole.id })).toBe('PAYMENT_NOT_REFUNDABLE');
    expect((await payments.row(whole)).status).toBe('REFUNDED');
    await deliver(1);
  });

  test('frees the key of a refund that was refused: a repeat is judged again', async () => {
    await deliver(0);
    const given = await payments.captured();
    const dispute = await disputeThere(given, '12.50');
    const refund = { paymentId: given.id, amount: euro('12.50'), idempotencyKey: 'again' };
    expect(await payments.refundRefused(refund)).toBe('REFUND_TOO_LARGE');
    await closeThere(given, dispute, 'win');
    await hear(given.id, 'charge.dispute_won');
    expect(await payments.refund(refund)).toMatchObject({ status: 'REFUNDED' });
    expect(await payments.refund(refund)).toMatchObject({ status: 'REFUNDED' });
    await deliver(1);
  });
});

describe('a dispute', () => {
  test('that is won moves the amount away and back', async () => {
    const given = await payments.captured();
    const dispute = await disputeThere(given, '12.50');
    await expect
      .poll(() => read(given))
      .toMatchObject({
        status: 'CAPTURED',
        disputed: { amount: '12.50' },
        disputes: [{ amount: { amount: '12.50' }, status: 'OPEN' }],
      });
    const open = [...capture, 'dispute provider_receivable -12.500', 'dispute disputed_funds 12.500'];
    expect(await payments.postings(given)).toEqual(open);
    expect((await differences()).differences).toEqual([]);
    await closeThere(given, dispute, 'win');
    await expect
      .poll(() => read(given))
      .toMatchObject({ disputed: { amount: '0.00' }, disputes: [{ status: 'WON' }] });
    expect(await payments.postings(given)).toEqual([
      ...open,
      'dispute_won provider_receivable 12.500',
      'dispute_won disputed_funds -12.500',
    ]);
    expect((await differences()).differences).toEqual([]);
  });

  test('that is lost keeps the amount, and leaves less to refund', async () => {
    const given = await payments.captured();
    await closeThere(given, await disputeThere(given, '10.00'), 'lose');
    await expect
      .poll(() => read(given))
      .toMatchObject({
        disputed: { amount: '10.00' },
        disputes: [{ status: 'LOST' }],
      });
    expect((await payments.postings(given)).slice(4)).toEqual([
      'dispute_lost disputed_funds -10.000',
      'dispute_lost dispute_losses 10.000',
    ]);
    expect(await payments.refundRefused({ paymentId: given.id, amount: euro('2.51') })).toBe(
      'REFUND_TOO_LARGE',
    );
    expect(await payments.refund({ paymentId: given.id })).toMatchObject({ refunded: euro('2.50') });
    expect((await differences()).differences).toEqual([]);
  });
});

test('a capture that is taken back is REVERSED with its postings, and is never refunded or captured again', async () => {
  const given = await payments.captured();
  await refundThere(given, '2.50');
  await payments.atProvider(`/charges/${given.id}/reverse`);
  await expect.poll(() => read(given)).toMatchObject({ status: 'REVERSED', refunded: { amount: '2.50' } });
  expect((await payments.postings(given)).slice(4)).toEqual([
    'reversal provider_receivable -10.000',
    'reversal sales 10.000',
  ]);
  expect(await payments.refundRefused({ paymentId: given.id })).toBe('PAYMENT_NOT_REFUNDABLE');
  expect(await payments.captureRefused(given)).toBe('PAYMENT_HOLD_GONE');
  expect((await differences()).differences).toEqual([]);
});

test('a capture of ours that was taken back before its answer came is refused, with all that happened in the ledger', async () => {
  await deliver(0);
  const given = terms();
  await payments.create(given);
  await payments.atProvider(`/charges/${given.id}/capture`);
  await payments.atProvider(`/charges/${given.id}/reverse`);
  expect(await payments.captureRefused(given)).toBe('PAYMENT_HOLD_GONE');
  expect(await payments.row(given)).toMatchObject({ status: 'REVERSED' });
  expect(await payments.postings(given)).toHaveLength(4);
  await deliver(1);
});

test('all of it at once is recorded once, when its events come three times, late, and the last ones first', async () => {
  const given = terms();
  await payments.recordIntent(given);
  await deliver(3, [600, 500, 400, 300, 200, 100, 0]);
  await payments.chargeAtProvider(given, 'tok_approve');
  await payments.atProvider(`/charges/${given.id}/capture`);
  await refundThere(given, '1.00');
  const [won, lost] = [await disputeThere(given, '2.00'), await disputeThere(given, '3.00')];
  await closeThere(given, won, 'win');
  await closeThere(given, lost, 'lose');
  await payments.atProvider(`/charges/${given.id}/reverse`);
  await deliver(1);
  await expect.poll(payments.eventsUnderWay, { timeout: 8_000 }).toBe(0);
  expect(await read(given)).toEqual({
    status: 'REVERSED',
    refunded: { amount: '1.00' },
    disputed: { amount: '3.00' },
    refunds: [
      { amount: { amount: '1.00' }, reason: 'Refunded at the payment provider.', source: 'PROVIDER' },
    ],
    disputes: [
      { amount: { amount: '2.00' }, status: 'WON' },
      { amount: { amount: '3.00' }, status: 'LOST' },
    ],
  });
  // A capture, a refund, two disputes, their ends, and the reversal of what was left.
  expect(await payments.postings(given)).toHaveLength(14);
  expect((await payments.postings(given)).slice(-2)).toEqual([
    'reversal provider_receivable -8.500',
    'reversal sales 8.500',
  ]);
  expect(await differences()).toMatchObject({
    balanced: true,
    matchesProvider: true,
    differences: [],
    currencies: [{ difference: '0.00' }],
  });
});

test('simultaneous events about one charge record each part once', async () => {
  await deliver(0);
  const given = await payments.captured();
  for (const amount of ['1.00', '2.00']) await refundThere(given, amount);
  await disputeThere(given, '3.00');
  const answers = await Promise.all(Array.from({ length: 8 }, () => hear(given.id, 'charge.updated')));
  expect(answers).toEqual(Array(8).fill(200));
  expect(await payments.postings(given)).toHaveLength(8);
  expect(await read(given)).toMatchObject({ refunded: { amount: '3.00' }, disputed: { amount: '3.00' } });
  await deliver(1);
});
