// The provider captures an amount although it has answered that the hold is gone. A purchase that was not told so yet can still
// complete with it. A purchase that was told so has released its stock: the amount is given back, once, and the ledger has all of it.
import { expect, test } from 'vitest';
import { staff } from '../../support/viewers.ts';
import { serveEvents } from '../events.ts';
import { getKeys, paymentsTest, purchases, type Terms, terms, voidPayment } from '../payments.ts';

const payments = paymentsTest({ sweepMs: 50 });
const { hear } = serveEvents(payments);

const capture = ['capture provider_receivable 12.500', 'capture sales -12.500'];
const refund = ['refund provider_receivable -12.500', 'refund sales 12.500'];

async function createLapsed(change: 'void' | 'expire'): Promise<Terms> {
  const given = terms();
  await payments.create(given);
  await payments.atProvider(`/charges/${given.id}/${change}`);
  expect(await payments.captureRefused(given)).toBe('PAYMENT_HOLD_GONE');
  return given;
}

/** The sweeper leaves a refund to its request for some seconds. There is no request for this one. */
const makeDue = ({ id }: Terms) =>
  payments.sql(`UPDATE payments.refund SET updated_at = now() - interval '1 minute' WHERE payment_id = $1`, [
    id,
  ]);

const readRefunds = ({ id }: Terms) =>
  payments.sql('SELECT amount, reason FROM payments.refund WHERE payment_id = $1', [id]);

test.each(['void', 'expire'] as const)(
  'gives an amount back that is captured after its purchase was given up (%s)',
  async (change) => {
    const given = await createLapsed(change);
    const told = await payments.void(given);
    await payments.atProvider(`/charges/${given.id}/settle`);
    const heard = await Promise.all(Array.from({ length: 4 }, () => hear(given.id, 'charge.captured')));
    expect(heard).toEqual(Array(4).fill(200));
    await makeDue(given);
    await expect.poll(async () => (await payments.row(given)).status, { timeout: 10_000 }).toBe('REFUNDED');
    expect(await payments.postings(given)).toEqual([...capture, ...refund]);
    expect(await payments.books(given.id)).toMatchObject([{ status: 'CAPTURED', refunded: '12.50' }]);
    expect(await readRefunds(given)).toEqual([
      { amount: '12.500', reason: 'Captured after the purchase was cancelled.' },
    ]);
    const shown = `query ($id: ID!) { _entities(representations: [{ __typename: "Payment", id: $id }]) { ... on Payment { refunds { source } } } }`;
    expect(await payments.data(shown, { id: given.id }, staff())).toEqual({
      _entities: [{ refunds: [{ source: 'AUTOMATIC' }] }],
    });
    const { ledger } = await payments.data('{ ledger { balanced differences { reference } } }', {}, staff());
    expect(ledger).toEqual({ balanced: true, differences: [] });
    // The purchase gets the answers that it had, whatever happened since.
    expect(await payments.captureRefused(given)).toBe('PAYMENT_HOLD_GONE');
    expect(['VOIDED', told]).toContain(await payments.void(given));
  },
);

test('leaves an amount to a purchase that was not given up yet', async () => {
  const given = await createLapsed('expire');
  await payments.atProvider(`/charges/${given.id}/settle`);
  expect(await hear(given.id, 'charge.captured')).toBe(200);
  expect(await payments.capture(given)).toMatchObject({ status: 'CAPTURED' });
  expect(await payments.refusal(voidPayment, { input: getKeys(given) }, purchases)).toBe(
    'PAYMENT_ALREADY_CAPTURED',
  );
  expect(await readRefunds(given)).toEqual([]);
  expect(await payments.postings(given)).toEqual(capture);
});

test('lets exactly one of a simultaneous late capture and void win: the purchase is paid, or the amount is given back', async () => {
  for (let round = 0; round < 8; round += 1) {
    const given = await createLapsed('expire');
    await payments.atProvider(`/charges/${given.id}/settle`);
    const [voided] = await Promise.all([
      payments.graphql(voidPayment, { input: getKeys(given) }, purchases),
      hear(given.id, 'charge.captured'),
    ]);
    // The event may have come first and found nothing new to read: the provider sends another one for each change.
    await hear(given.id, 'charge.captured');
    const isPaid = voided.errors?.[0]?.extensions?.code === 'PAYMENT_ALREADY_CAPTURED';
    expect(await readRefunds(given)).toHaveLength(isPaid ? 0 : 1);
    expect((await payments.row(given)).is_given_up).toBe(!isPaid);
  }
});
