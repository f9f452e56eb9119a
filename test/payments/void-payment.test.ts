import { expect, test } from 'vitest';
import { newId } from '../../platform/values/uuid.ts';
import { customer, staff } from '../support/viewers.ts';
import { capturePayment, getKeys, paymentsTest, purchases, terms, voidPayment } from './payments.ts';

const payments = paymentsTest();

const refused = (input: ReturnType<typeof terms>) =>
  payments.refusal(voidPayment, { input: getKeys(input) }, purchases);

test('releases a held amount', async () => {
  const given = terms();
  await payments.create(given);
  expect(await payments.void(given)).toBe('VOIDED');
  expect(await payments.books(given.id)).toMatchObject([{ status: 'VOIDED', amount: '12.50' }]);
  expect(await payments.postings(given)).toEqual([]);
});

test('writes a hidden tombstone for a purchase without a payment, and does not call the provider', async () => {
  const given = terms();
  expect(await payments.void(given)).toBe('VOIDED');
  expect(await payments.row(given)).toMatchObject({ status: 'VOIDED', amount: '0.000', currency: 'XXX' });
  expect(await payments.books(given.id)).toEqual([]);
  const seen = `query ($id: ID!, $account: ID!) {
    payment(id: $id) { id }
    _entities(representations: [{ __typename: "Account", id: $account }]) {
      ... on Account { payments { edges { node { id } } } }
    }
  }`;
  expect(
    await payments.data(seen, { id: given.id, account: given.accountId }, customer(given.accountId)),
  ).toEqual({
    payment: null,
    _entities: [{ payments: { edges: [] } }],
  });
  expect(await payments.createRefused(given)).toBe('PAYMENT_VOIDED');
});

test('answers repeats, simultaneous ones too, with the voided payment', async () => {
  const [held, unknown] = [terms(), terms()];
  await payments.create(held);
  for (const given of [held, unknown]) {
    const responses = await Promise.all(Array.from({ length: 8 }, () => payments.void(given)));
    expect(responses).toEqual(Array(8).fill('VOIDED'));
    expect(await payments.void(given)).toBe('VOIDED');
  }
});

test('returns DECLINED for a declined payment', async () => {
  const given = terms();
  await payments.createRefused(given, 'tok_decline');
  expect(await payments.void(given)).toBe('DECLINED');
});

test('voids at the provider the charge that a pending payment may have', async () => {
  const given = terms();
  // The refused token leaves the payment PENDING. Then the response of an authorisation is lost.
  await payments.createRefused(given, 'tok_unheard_of');
  await payments.atProvider('/charges', { reference: given.id, ...given.amount, token: 'tok_approve' });
  expect(await payments.void(given)).toBe('VOIDED');
  expect(await payments.books(given.id)).toMatchObject([{ status: 'VOIDED', amount: '12.50' }]);
});

test('records the decline of a pending payment whose response was lost', async () => {
  const given = terms();
  await payments.createRefused(given, 'tok_unheard_of');
  await payments.atProvider('/charges', { reference: given.id, ...given.amount, token: 'tok_decline' });
  expect(await payments.void(given)).toBe('DECLINED');
});

test('refuses a captured payment, also when it was refunded since', async () => {
  const given = await payments.captured();
  expect(await refused(given)).toBe('PAYMENT_ALREADY_CAPTURED');
  await payments.refund({ paymentId: given.id });
  expect(await refused(given)).toBe('PAYMENT_ALREADY_CAPTURED');
});

test('records a capture that only the provider has, and refuses the void', async () => {
  const given = terms();
  await payments.create(given);
  await payments.atProvider(`/charges/${given.id}/capture`);
  expect(await refused(given)).toBe('PAYMENT_ALREADY_CAPTURED');
  expect((await payments.row(given)).status).toBe('CAPTURED');
  expect(await payments.postings(given)).toHaveLength(2);
});

test('lets exactly one of a simultaneous capture and void win, and ledger and provider agree', async () => {
  for (let round = 0; round < 10; round += 1) {
    const given = terms();
    await payments.create(given);
    const [captured, voided] = await Promise.all([
      payments.graphql(capturePayment, { purchaseId: given.purchaseId }, purchases),
      payments.graphql(voidPayment, { input: getKeys(given) }, purchases),
    ]);
    const codes = [captured, voided].map(({ errors }) => errors?.[0]?.extensions?.code);
    const { status } = await payments.row(given);
    expect(codes).toEqual(
      status === 'CAPTURED' ? [undefined, 'PAYMENT_ALREADY_CAPTURED'] : ['PAYMENT_HOLD_GONE', undefined],
    );
    expect(await payments.books(given.id)).toMatchObject([{ status }]);
    expect(await payments.postings(given)).toHaveLength(status === 'CAPTURED' ? 2 : 0);
  }
});

test("refuses the id of another purchase's payment", async () => {
  const given = terms();
  await payments.create(given);
  expect(await refused({ ...given, purchaseId: newId() })).toBe('PAYMENT_CONFLICT');
});

test('refuses ids that are not UUIDs', async () => {
  expect(await refused(terms({ id: 'nothing' }))).toBe('BAD_USER_INPUT');
});

test('lets only the purchases service void', async () => {
  expect(await payments.refusal(voidPayment, { input: getKeys(terms()) }, staff())).toBe('FORBIDDEN');
  expect(await payments.refusal(voidPayment, { input: getKeys(terms()) })).toBe('UNAUTHENTICATED');
});

test('runs one SQL statement for a tombstone and four for a held amount', async () => {
  const [unknown, held] = [terms(), terms()];
  await payments.create(held);
  const start = payments.statements();
  await payments.void(unknown);
  const afterTombstone = payments.statements();
  await payments.void(held);
  expect([afterTombstone - start, payments.statements() - afterTombstone]).toEqual([1, 4]);
});
