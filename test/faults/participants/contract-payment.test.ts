// The contract of payments with a purchase: every order of create, capture and void, each any number of times, one after
// another and at the same time, from every state that a crash between two phases leaves, against what paymentModel foresees.
import { expect, test } from 'vitest';
import {
  apiKey,
  capturePayment,
  createPayment,
  getKeys,
  paymentsTest,
  purchases,
  type Terms,
  terms,
  voidPayment,
} from '../../payments/payments.ts';
import { readBooks } from '../truth.ts';
import {
  foreseen,
  intendedPayment,
  isExplained,
  type PaymentCall,
  type PaymentState,
  paymentBeginnings,
  paymentCalls,
  paymentModel,
  selectionsOf,
  sequencesOf,
} from './participant-models.ts';

const payments = paymentsTest();

interface Case {
  beginning: PaymentState;
  calls: PaymentCall[];
  payment: Terms;
}

async function answerOf(call: PaymentCall, payment: Terms): Promise<string> {
  const { purchaseId } = payment;
  const [text, variables] = {
    create: [createPayment, { input: { ...payment, token: 'tok_approve' } }] as const,
    spend: [createPayment, { input: { ...payment, token: 'tok_spent' } }] as const,
    resume: [createPayment, { input: payment }] as const,
    capture: [capturePayment, { purchaseId }] as const,
    void: [voidPayment, { input: getKeys(payment) }] as const,
  }[call];
  const { data, errors } = await payments.graphql(text, variables, purchases);
  const [answer] = Object.values(data ?? {}) as ({ status: string } | string | null)[];
  return String(errors?.[0]?.extensions?.code ?? (typeof answer === 'string' ? answer : answer?.status));
}

/** Makes what a crash left: the row as it was last written, and what the provider had done. */
async function leave({ beginning, payment }: Case): Promise<void> {
  const [row, charge] = beginning.split(' ');
  const { id, purchaseId, accountId, amount } = payment;
  if (row !== 'none') {
    await payments.sqlAsRuntime(
      `INSERT INTO payments.payment (id, purchase_id, account_id, status, amount, currency, provider_id)
       VALUES ($1, $2, $3, $4, $5, $6, 'charge')`,
      [id, purchaseId, accountId, row, amount.amount, amount.currency],
    );
  }
  if (charge === 'none') return;
  await payments.atProvider('/charges', { reference: id, ...amount, token: 'tok_approve' });
  if (charge === 'CAPTURED') await payments.atProvider(`/charges/${id}/capture`);
  if (charge === 'VOIDED') await payments.atProvider(`/charges/${id}/void`);
}

/** Where rows and charges stand; fails when the ledger does not follow the row. */
async function statesOf(cases: readonly Case[]): Promise<PaymentState[]> {
  const rows = await payments.sql(
    `SELECT id, CASE currency WHEN 'XXX' THEN 'tombstone' ELSE status END AS status,
       (SELECT coalesce(sum(amount), 0) FROM payments.posting WHERE payment_id = p.id AND account = 'sales') AS sales
     FROM payments.payment p`,
  );
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  const charges = await readBooks({ url: payments.sandboxUrl(), key: apiKey });
  const chargeOf = new Map(charges.map(({ reference, status }) => [reference, status]));
  expect(rows.filter(({ status, sales }) => (status === 'CAPTURED') !== (Number(sales) === -12.5))).toEqual(
    [],
  );
  return cases.map(
    ({ payment: { id } }) =>
      `${rowOf.get(id)?.status ?? 'none'} ${chargeOf.get(id) ?? 'none'}` as PaymentState,
  );
}

const caseOf = (beginning: PaymentState, calls: PaymentCall[]): Case => ({
  beginning,
  calls,
  payment: terms(),
});

async function runOne(cases: readonly Case[]): Promise<{ answers: string[] }[]> {
  return Promise.all(
    cases.map(async (one) => {
      await leave(one);
      const answers: string[] = [];
      for (const call of one.calls) answers.push(await answerOf(call, one.payment));
      return { answers };
    }),
  );
}

async function expectForeseen(cases: readonly Case[]): Promise<void> {
  const seen = await runOne(cases);
  const states = await statesOf(cases);
  const actual = cases.map(({ beginning, calls }, index) => ({
    beginning,
    calls,
    answers: seen[index]?.answers,
    state: states[index],
  }));
  const expected = cases.map(({ beginning, calls }) => ({
    beginning,
    calls,
    ...foreseen(paymentModel, beginning, calls),
  }));
  expect(actual).toEqual(expected);
}

test('answers every sequence of four calls as foreseen, with one charge at most', async () => {
  const before = (await readBooks({ url: payments.sandboxUrl(), key: apiKey })).length;
  const cases = sequencesOf(
    paymentCalls.filter((call) => call !== 'resume'),
    4,
  ).map((calls) => caseOf('none none', calls));
  await expectForeseen(cases);
  const after = await readBooks({ url: payments.sandboxUrl(), key: apiKey });
  expect(after.length - before).toBeLessThanOrEqual(cases.length);
});

test.for(paymentBeginnings)(
  'answers every sequence of two calls as foreseen after a crash that left %s',
  (beginning) => expectForeseen(sequencesOf(paymentCalls, 2).map((calls) => caseOf(beginning, calls))),
);

test('answers any three calls at the same time as if they had come one after another', async () => {
  const cases = paymentBeginnings.flatMap((beginning) =>
    selectionsOf(paymentCalls, 3).map((calls) => caseOf(beginning, calls)),
  );
  const heard: { call: PaymentCall; answer: string }[][] = [];
  for (const one of cases) {
    await leave(one);
    const asked = one.calls.map(async (call) => ({ call, answer: await answerOf(call, one.payment) }));
    heard.push(await Promise.all(asked));
  }
  const states = await statesOf(cases);
  const unexplained = cases
    .map(({ beginning }, index) => ({
      beginning,
      answers: heard[index] ?? [],
      state: states[index] ?? 'none none',
    }))
    .filter(
      ({ beginning, answers, state }) =>
        !isExplained(paymentModel, beginning, answers, state as PaymentState, intendedPayment),
    );
  expect(unexplained).toEqual([]);
});
