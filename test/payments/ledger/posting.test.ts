import { beforeAll, expect, test } from 'vitest';
import { newId } from '../../../platform/values/uuid.ts';
import { paymentsTest, type Terms } from '../payments.ts';

const payments = paymentsTest();

let captured: Terms;
beforeAll(async () => {
  captured = await payments.captured();
});

const insert = `INSERT INTO payments.posting (id, payment_id, kind, reference, account, amount, currency) VALUES`;

/** Writes one movement in one statement, and so in one transaction. */
function post(
  sides: [account: string, amount: string, currency?: string][],
  reference = newId(),
  kind = 'refund',
) {
  const values = sides.map(
    ([account, amount, currency = 'EUR']) =>
      `('${newId()}', '${captured.id}', '${kind}', '${reference}', '${account}', ${amount}, '${currency}')`,
  );
  return payments.sqlAsRuntime(`${insert} ${values.join(', ')}`);
}

test('refuses to commit a movement that does not sum to zero', async () => {
  await expect(post([['sales', '5']])).rejects.toThrow('do not sum to zero');
  await expect(
    post([
      ['sales', '5'],
      ['provider_receivable', '-4.999'],
    ]),
  ).rejects.toMatchObject({
    constraint: 'posting_amount_balance',
  });
});

test('refuses a movement that sums to zero only across currencies', async () => {
  await expect(
    post([
      ['sales', '5', 'EUR'],
      ['provider_receivable', '-5', 'USD'],
    ]),
  ).rejects.toThrow('sum to zero');
});

test('refuses a second posting of the same movement', async () => {
  const refused = post(
    [
      ['sales', '-12.5'],
      ['provider_receivable', '12.5'],
    ],
    captured.id,
    'capture',
  );
  await expect(refused).rejects.toThrow('posting_reference_kind_account_key');
});

test('refuses unknown kinds and accounts, zero, and postings without a payment', async () => {
  await expect(post([['sales', '0']])).rejects.toThrow('posting_amount_check');
  await expect(post([['petty_cash', '1']])).rejects.toThrow('posting_account_check');
  await expect(post([['sales', '1']], newId(), 'gift')).rejects.toThrow('posting_kind_check');
  await expect(post([['sales', '1', 'euro']])).rejects.toThrow('posting_currency_check');
  const orphan = `${insert} ($1, $1, 'refund', $1, 'sales', 1, 'EUR')`;
  await expect(payments.sqlAsRuntime(orphan, [newId()])).rejects.toThrow('posting_payment_id_fkey');
});

test.each([
  'UPDATE payments.posting SET amount = 1',
  'DELETE FROM payments.posting',
  'TRUNCATE payments.posting',
  'ALTER TABLE payments.posting DISABLE TRIGGER posting_amount_balance',
  'DELETE FROM payments.posting WHERE false',
])('does not let the runtime role run: %s', async (statement) => {
  await expect(payments.sqlAsRuntime(statement)).rejects.toMatchObject({ code: '42501' });
});
