// The proof of the ledger that staff read: the ledger balances, and the provider's books agree with it about every payment.
import { beforeAll, expect, test } from 'vitest';
import { newId } from '../../../platform/values/uuid.ts';
import { customer, staff } from '../../support/viewers.ts';
import { paymentsTest, terms } from '../payments.ts';

const payments = paymentsTest();

const entry =
  'status amount { amount currency } captured { amount } refunded { amount } reversed { amount } disputed { amount } lost { amount }';
const ledger = `{ ledger {
  balanced matchesProvider hasMoreDifferences underWay
  currencies { currency captured refunded reversed disputed lost postings provider difference }
  differences { reference ours { ${entry} } provider { ${entry} } }
} }`;

const proof = async () => (await payments.data(ledger, {}, staff())).ledger;

const euros = { amount: { amount: '12.50', currency: 'EUR' } };

beforeAll(async () => {
  const euro = await payments.captured();
  await payments.refund({ paymentId: euro.id, amount: { amount: '2.50', currency: 'EUR' } });
  const yen = await payments.captured(terms({ amount: { amount: '1250', currency: 'JPY' } }));
  await payments.refund({ paymentId: yen.id });
  await payments.captured(terms({ amount: { amount: '999999999999.999', currency: 'KWD' } }));
  await payments.captured(terms({ amount: { amount: '999999999999.999', currency: 'KWD' } }));
  // These payments moved no money: held, declined, voided, never created, and unknown to the provider.
  await payments.create(terms());
  await payments.createRefused(terms(), 'tok_decline');
  const voided = terms();
  await payments.create(voided);
  await payments.void(voided);
  await payments.void(terms());
  await payments.createRefused(terms(), 'tok_unheard_of');
});

const agreed = {
  balanced: true,
  matchesProvider: true,
  hasMoreDifferences: false,
  underWay: 0,
  differences: [],
  currencies: [
    {
      currency: 'EUR',
      captured: '12.50',
      refunded: '2.50',
      reversed: '0.00',
      disputed: '0.00',
      lost: '0.00',
      postings: 4,
      provider: '10.00',
      difference: '0.00',
    },
    {
      currency: 'JPY',
      captured: '1250',
      refunded: '1250',
      reversed: '0',
      disputed: '0',
      lost: '0',
      postings: 4,
      provider: '0',
      difference: '0',
    },
    {
      currency: 'KWD',
      captured: '1999999999999.998',
      refunded: '0.000',
      reversed: '0.000',
      disputed: '0.000',
      lost: '0.000',
      postings: 4,
      provider: '1999999999999.998',
      difference: '0.000',
    },
  ],
};

test("balances and equals the provider's books, with payments in every status", async () => {
  expect(await proof()).toEqual(agreed);
});

test('runs two SQL statements', async () => {
  const before = payments.statements();
  await proof();
  expect(payments.statements() - before).toBe(2);
});

test('is for staff only', async () => {
  expect(await payments.refusal(ledger, {}, customer())).toBe('FORBIDDEN');
  expect(await payments.refusal(ledger)).toBe('UNAUTHENTICATED');
});

test('shows a payment that was captured, refunded or voided only at the provider', async () => {
  const [taken, given, dropped] = [terms(), await payments.captured(), terms()];
  for (const each of [taken, dropped]) await payments.create(each);
  await payments.atProvider(`/charges/${taken.id}/capture`);
  await payments.atProvider(`/charges/${given.id}/refunds`, {
    reference: newId(),
    amount: '0.01',
    currency: 'EUR',
  });
  await payments.atProvider(`/charges/${dropped.id}/void`);
  const side = (status: string, captured: string, refunded = '0.00') => ({
    status,
    ...euros,
    captured: { amount: captured },
    refunded: { amount: refunded },
    reversed: { amount: '0.00' },
    disputed: { amount: '0.00' },
    lost: { amount: '0.00' },
  });
  const { currencies, ...rest } = await proof();
  expect(rest).toMatchObject({ balanced: true, matchesProvider: false, underWay: 0 });
  expect(rest.differences).toHaveLength(3);
  expect(rest.differences).toEqual(
    expect.arrayContaining([
      { reference: taken.id, ours: side('AUTHORIZED', '0.00'), provider: side('CAPTURED', '12.50') },
      {
        reference: given.id,
        ours: side('CAPTURED', '12.50'),
        provider: side('PARTIALLY_REFUNDED', '12.50', '0.01'),
      },
      { reference: dropped.id, ours: side('AUTHORIZED', '0.00'), provider: side('VOIDED', '0.00') },
    ]),
  );
  expect(currencies[0]).toMatchObject({ captured: '25.00', provider: '34.99', difference: '-12.49' });
  await payments.capture(taken);
  await payments.void(dropped);
  expect((await proof()).differences.map(({ reference }: { reference: string }) => reference)).toEqual([
    given.id,
  ]);
});

test('shows a charge without a payment, a payment without a charge, and a payment with another amount than its charge', async () => {
  const [stranger, invented, cheaper] = [terms(), terms(), terms()];
  const authorize = (reference: string, amount: string) =>
    payments.atProvider('/charges', { reference, amount, currency: 'EUR', token: 'tok_approve' });
  await authorize(stranger.id, '1.00');
  await authorize(cheaper.id, '12.49');
  for (const { id, purchaseId, accountId } of [invented, cheaper]) {
    await payments.sql(
      `INSERT INTO payments.payment (id, purchase_id, account_id, status, amount, currency, provider_id)
       VALUES ($1, $2, $3, 'AUTHORIZED', 12.50, 'EUR', 'charge')`,
      [id, purchaseId, accountId],
    );
  }
  const { differences } = await proof();
  expect(differences).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ reference: stranger.id, ours: null }),
      expect.objectContaining({ reference: invented.id, provider: null }),
      expect.objectContaining({
        reference: cheaper.id,
        ours: expect.objectContaining({ amount: { amount: '12.50', currency: 'EUR' } }),
        provider: expect.objectContaining({ amount: { amount: '12.49', currency: 'EUR' } }),
      }),
    ]),
  );
});

test('shows no difference for a payment whose call is under way', async () => {
  const before = (await proof()).differences.length;
  const late = terms();
  await payments.create(late);
  await payments.atProvider(`/charges/${late.id}/capture`);
  const running = proof();
  // The capture is recorded between the two comparisons. The first one finds the payment captured only at the provider.
  await payments.capture(late);
  expect((await running).differences).toHaveLength(before);
});

test('reads many pages of both sides, and shows the first hundred differences', async () => {
  const known = (await proof()).differences;
  const held = (count: number) =>
    payments.sql(
      `INSERT INTO payments.payment (id, purchase_id, account_id, status, amount, currency, provider_id)
       SELECT uuidv7(), uuidv7(), uuidv7(), 'AUTHORIZED', 1, 'EUR', 'charge' FROM generate_series(1, $1) RETURNING id`,
      [count],
    );
  for (const { id } of await held(1100)) {
    await payments.atProvider('/charges', {
      reference: id,
      amount: '1',
      currency: 'EUR',
      token: 'tok_approve',
    });
  }
  expect((await proof()).differences).toEqual(known);

  const missing = await held(600);
  const { differences, hasMoreDifferences } = await proof();
  expect(hasMoreDifferences).toBe(true);
  expect(differences.slice(known.length).map(({ reference }: { reference: string }) => reference)).toEqual(
    missing.slice(0, 100 - known.length).map(({ id }) => id),
  );
});

test('does not balance when the ledger has a posting without its counterpart', async () => {
  const given = await payments.captured();
  // No role of the subgraph may do this. Only a superuser can switch off the trigger that forbids it.
  await payments.sql('ALTER TABLE payments.posting DISABLE TRIGGER posting_amount_balance');
  await payments.sql(
    `INSERT INTO payments.posting (id, payment_id, kind, reference, account, amount, currency)
     VALUES ($1, $2, 'refund', $1, 'provider_receivable', -0.001, 'EUR')`,
    [newId(), given.id],
  );
  await payments.sql('ALTER TABLE payments.posting ENABLE TRIGGER posting_amount_balance');
  expect(await proof()).toMatchObject({ balanced: false, matchesProvider: false });
});
