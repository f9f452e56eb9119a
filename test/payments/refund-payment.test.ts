import { expect, test } from 'vitest';
import { newId } from '../../platform/values/uuid.ts';
import { customer, staff } from '../support/viewers.ts';
import { buildRefund, paymentsTest, purchases, refundPayment, type Terms, terms } from './payments.ts';

const payments = paymentsTest();

const euro = (amount: string) => ({ amount, currency: 'EUR' });

/** Runs only phase 1 of a refund, as if the process had crashed after it. */
async function reserveRefund(payment: Terms, amount: string, idempotencyKey: string): Promise<string> {
  const id = newId();
  await payments.sqlAsRuntime(
    `INSERT INTO payments.refund (id, payment_id, idempotency_key, status, amount, currency, is_remainder, reason)
     VALUES ($1, $2, $3, 'PENDING', $4, 'EUR', false, 'arrived broken')`,
    [id, payment.id, idempotencyKey, amount],
  );
  return id;
}

test('refunds a part, then all that is left, and writes each refund to the ledger and to the books of the provider', async () => {
  const given = await payments.captured();
  expect(await payments.refund({ paymentId: given.id, amount: euro('2.50') })).toMatchObject({
    id: given.id,
    status: 'PARTIALLY_REFUNDED',
    refunded: euro('2.50'),
    refundStatus: 'PARTIAL',
    refunds: [{ amount: euro('2.50'), reason: 'arrived broken' }],
  });
  expect(await payments.refund({ paymentId: given.id })).toMatchObject({
    status: 'REFUNDED',
    refunded: euro('12.50'),
    refundStatus: 'FULL',
    refunds: [{ amount: euro('2.50') }, { amount: euro('10.00') }],
  });
  expect(await payments.postings(given)).toEqual([
    'capture provider_receivable 12.500',
    'capture sales -12.500',
    'refund provider_receivable -2.500',
    'refund sales 2.500',
    'refund provider_receivable -10.000',
    'refund sales 10.000',
  ]);
  expect(await payments.books(given.id)).toMatchObject([{ status: 'CAPTURED', refunded: '12.50' }]);
});

test('tells a captured payment and a disputed one from those that were refunded, and a refund before a reversal', async () => {
  const [captured, disputed, reversed] = [
    await payments.captured(),
    await payments.captured(),
    await payments.captured(),
  ];
  await payments.sql(`UPDATE payments.payment SET disputed = 12.5 WHERE id = $1`, [disputed.id]);
  await payments.sql(`UPDATE payments.payment SET status = 'REVERSED', refunded = 2.5 WHERE id = $1`, [
    reversed.id,
  ]);
  const read = async ({ id, accountId }: Terms) => {
    const { payment } = await payments.data(
      'query ($id: ID!) { payment(id: $id) { status refundStatus } }',
      { id },
      customer(accountId),
    );
    return `${payment.status} ${payment.refundStatus}`;
  };
  expect(await Promise.all([captured, disputed, reversed].map(read))).toEqual([
    'CAPTURED NONE',
    'CAPTURED NONE',
    'REVERSED PARTIAL',
  ]);
});

test('answers a repeat of the same key with the payment, and refunds once', async () => {
  const given = await payments.captured();
  const [part, rest] = [{ amount: euro('2.50') }, { amount: null }];
  for (const refund of [part, part, rest, rest]) {
    await payments.refund({
      paymentId: given.id,
      idempotencyKey: refund === part ? 'part' : 'rest',
      ...refund,
    });
  }
  expect(await payments.books(given.id)).toMatchObject([
    { refunds: [{ amount: '2.50' }, { amount: '10.00' }] },
  ]);
});

test('recognises a repeat with the id in capital letters, the amount in another notation and another reason', async () => {
  const given = await payments.captured();
  const refund = { paymentId: given.id, amount: euro('2.50'), idempotencyKey: 'once' };
  const first = await payments.refund(refund);
  const again = { paymentId: given.id.toUpperCase(), amount: euro('2.5'), reason: 'arrived in two parts' };
  expect(await payments.refund({ ...refund, ...again })).toEqual(first);
});

test('answers simultaneous duplicates of one key with one refund', async () => {
  const given = await payments.captured();
  const refund = { paymentId: given.id, amount: euro('5.00'), idempotencyKey: 'one' };
  const responses = await Promise.all(Array.from({ length: 6 }, () => payments.refund(refund)));
  expect(responses.map(({ refunded }) => refunded.amount)).toEqual(Array(6).fill('5.00'));
  expect(await payments.books(given.id)).toMatchObject([{ refunds: [{ amount: '5.00' }] }]);
});

test('never refunds more than was captured, with any number of refunds at once', async () => {
  const given = await payments.captured();
  const responses = await Promise.all(
    Array.from({ length: 8 }, () =>
      payments.graphql(refundPayment, buildRefund({ paymentId: given.id, amount: euro('5.00') }), staff()),
    ),
  );
  expect(responses.filter(({ errors }) => errors === undefined)).toHaveLength(2);
  const codes = responses.flatMap(({ errors }) => errors ?? []).map(({ extensions }) => extensions?.code);
  expect(codes).toEqual(Array(6).fill('REFUND_TOO_LARGE'));
  expect(await payments.row(given)).toMatchObject({ refunded: '10.000', status: 'PARTIALLY_REFUNDED' });
  expect(await payments.books(given.id)).toMatchObject([{ refunded: '10.00' }]);
});

test('refuses more than is left, and says how much is left', async () => {
  const given = await payments.captured();
  await payments.refund({ paymentId: given.id, amount: euro('12.00') });
  const variables = buildRefund({ paymentId: given.id, amount: euro('0.51') });
  const { errors } = await payments.graphql(refundPayment, variables, staff());
  expect(errors?.[0]?.extensions).toEqual({ code: 'REFUND_TOO_LARGE', left: euro('0.50') });
});

test('counts the amounts of refunds under way as refunded', async () => {
  const given = await payments.captured();
  await reserveRefund(given, '12.00', 'under way');
  expect(await payments.refundRefused({ paymentId: given.id, amount: euro('0.51') })).toBe(
    'REFUND_TOO_LARGE',
  );
  expect(await payments.refund({ paymentId: given.id })).toMatchObject({ refunded: euro('0.50') });
  expect(await payments.refundRefused({ paymentId: given.id })).toBe('REFUND_TOO_LARGE');
});

test('finishes a refund whose process ended before the provider was called', async () => {
  const given = await payments.captured();
  await reserveRefund(given, '2.50', 'crashed');
  const refund = { paymentId: given.id, amount: euro('2.50'), idempotencyKey: 'crashed' };
  expect(await payments.refund(refund)).toMatchObject({
    status: 'PARTIALLY_REFUNDED',
    refunded: euro('2.50'),
  });
  expect(await payments.books(given.id)).toMatchObject([{ refunds: [{ amount: '2.50' }] }]);
});

test('finishes a refund whose process ended after the provider refunded, without a second refund', async () => {
  const given = await payments.captured();
  const id = await reserveRefund(given, '12.50', 'crashed');
  await payments.atProvider(`/charges/${given.id}/refunds`, { reference: id, ...euro('12.50') });
  const refund = { paymentId: given.id, amount: euro('12.50'), idempotencyKey: 'crashed' };
  expect(await payments.refund(refund)).toMatchObject({ status: 'REFUNDED' });
  expect(await payments.books(given.id)).toMatchObject([{ refunds: [{ reference: id, amount: '12.50' }] }]);
  expect(await payments.postings(given)).toHaveLength(4);
});

test('refuses the same key for another amount, and for the remainder instead of a part', async () => {
  const given = await payments.captured();
  const [part, rest] = ['part', 'rest'];
  await payments.refund({ paymentId: given.id, amount: euro('2.50'), idempotencyKey: part });
  const other = { paymentId: given.id, idempotencyKey: part };
  expect(await payments.refundRefused({ ...other, amount: euro('2.51') })).toBe('REFUND_CONFLICT');
  expect(await payments.refundRefused(other)).toBe('REFUND_CONFLICT');
  await payments.refund({ paymentId: given.id, idempotencyKey: rest });
  const asPart = { paymentId: given.id, amount: euro('10.00'), idempotencyKey: rest };
  expect(await payments.refundRefused(asPart)).toBe('REFUND_CONFLICT');
});

test('refuses payments that were never captured or are refunded in full', async () => {
  const [authorized, declined, voided, refunded] = [terms(), terms(), terms(), await payments.captured()];
  await payments.create(authorized);
  await payments.createRefused(declined, 'tok_decline');
  await payments.void(voided);
  await payments.refund({ paymentId: refunded.id });
  for (const { id } of [authorized, declined, voided, refunded]) {
    expect(await payments.refundRefused({ paymentId: id })).toBe('PAYMENT_NOT_REFUNDABLE');
  }
});

test('fails a refund that the provider refuses, on every repeat, and frees the amount', async () => {
  const given = terms();
  await payments.create(given);
  // The payment is captured only in the database. So the provider has nothing to refund.
  await payments.sql(`UPDATE payments.payment SET status = 'CAPTURED' WHERE id = $1`, [given.id]);
  const refund = { paymentId: given.id, idempotencyKey: 'refused' };
  expect(await payments.refundRefused(refund)).toBe('PAYMENT_NOT_REFUNDABLE');
  expect(await payments.refundRefused(refund)).toBe('PAYMENT_NOT_REFUNDABLE');
  await payments.atProvider(`/charges/${given.id}/capture`);
  expect(await payments.refund({ paymentId: given.id })).toMatchObject({ status: 'REFUNDED' });
});

test('refuses a payment that does not exist, and an id that is not a UUID', async () => {
  expect(await payments.refundRefused({ paymentId: newId() })).toBe('PAYMENT_NOT_FOUND');
  expect(await payments.refundRefused({ paymentId: 'nothing' })).toBe('PAYMENT_NOT_FOUND');
});

test.each([
  { reason: '  ' },
  { reason: 'x'.repeat(501) },
  { amount: euro('0.00') },
  { amount: euro('-1.00') },
  { amount: euro('1.005') },
  { amount: { amount: '1.00', currency: 'USD' } },
])('refuses %j as input', async (wrong) => {
  const given = await payments.captured();
  expect(await payments.refundRefused({ paymentId: given.id, ...wrong })).toBe('BAD_USER_INPUT');
});

test.each(['', 'x'.repeat(201), 'schlüssel'])('refuses %j as a key', async (idempotencyKey) => {
  const { id: paymentId } = await payments.captured();
  expect(await payments.refundRefused({ paymentId, idempotencyKey })).toBe('IDEMPOTENCY_KEY_INVALID');
});

test('lets only staff refund', async () => {
  const { id, accountId } = await payments.captured();
  const variables = buildRefund({ paymentId: id });
  expect(await payments.refusal(refundPayment, variables)).toBe('UNAUTHENTICATED');
  expect(await payments.refusal(refundPayment, variables, customer(accountId))).toBe('FORBIDDEN');
  expect(await payments.refusal(refundPayment, variables, purchases)).toBe('FORBIDDEN');
});
