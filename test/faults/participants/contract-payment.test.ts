// The contract between payments and a purchase: every order of create, capture and void, sequential and concurrent, from every
// state that a crash between two phases can leave, compared with paymentModel.
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
import { readCharges } from '../recorded-state.ts';
import {
  getIntermediateStates,
  isExplained,
  listSelections,
  listSequences,
  type PaymentCall,
  type PaymentState,
  paymentCalls,
  paymentModel,
  paymentStartStates,
  predict,
} from './participant-models.ts';

const payments = paymentsTest();

interface Case {
  beginning: PaymentState;
  calls: PaymentCall[];
  payment: Terms;
}

async function callPayments(call: PaymentCall, payment: Terms): Promise<string> {
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

/** Writes the row and the charge that a crash leaves. */
async function writeStateAfterCrash({ beginning, payment }: Case): Promise<void> {
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
  if (charge === 'EXPIRED') await payments.atProvider(`/charges/${id}/expire`);
}

/** Reads the states of rows and charges. Fails when the ledger does not agree with the row. */
async function readStates(cases: readonly Case[]): Promise<PaymentState[]> {
  const rows = await payments.sql(
    `SELECT id, CASE currency WHEN 'XXX' THEN 'tombstone' ELSE status END AS status,
       (SELECT coalesce(sum(amount), 0) FROM payments.posting WHERE payment_id = p.id AND account = 'sales') AS sales
     FROM payments.payment p`,
  );
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  const charges = await readCharges({ url: payments.sandboxUrl(), key: apiKey });
  const chargeOf = new Map(charges.map(({ reference, status }) => [reference, status]));
  expect(rows.filter(({ status, sales }) => (status === 'CAPTURED') !== (Number(sales) === -12.5))).toEqual(
    [],
  );
  return cases.map(
    ({ payment: { id } }) =>
      `${rowOf.get(id)?.status ?? 'none'} ${chargeOf.get(id) ?? 'none'}` as PaymentState,
  );
}

const createCase = (beginning: PaymentState, calls: PaymentCall[]): Case => ({
  beginning,
  calls,
  payment: terms(),
});

async function runCases(cases: readonly Case[]): Promise<{ answers: string[] }[]> {
  return Promise.all(
    cases.map(async (one) => {
      await writeStateAfterCrash(one);
      const answers: string[] = [];
      for (const call of one.calls) answers.push(await callPayments(call, one.payment));
      return { answers };
    }),
  );
}

async function expectPredicted(cases: readonly Case[]): Promise<void> {
  const seen = await runCases(cases);
  const states = await readStates(cases);
  const actual = cases.map(({ beginning, calls }, index) => ({
    beginning,
    calls,
    answers: seen[index]?.answers,
    state: states[index],
  }));
  const expected = cases.map(({ beginning, calls }) => ({
    beginning,
    calls,
    ...predict(paymentModel, beginning, calls),
  }));
  expect(actual).toEqual(expected);
}

test('answers every sequence of four calls as the model predicts, with one charge at most', async () => {
  const before = (await readCharges({ url: payments.sandboxUrl(), key: apiKey })).length;
  const cases = listSequences(
    paymentCalls.filter((call) => call !== 'resume'),
    4,
  ).map((calls) => createCase('none none', calls));
  await expectPredicted(cases);
  const after = await readCharges({ url: payments.sandboxUrl(), key: apiKey });
  expect(after.length - before).toBeLessThanOrEqual(cases.length);
});

test.for(paymentStartStates)(
  'answers every sequence of two calls as the model predicts after a crash that left %s',
  (beginning) => expectPredicted(listSequences(paymentCalls, 2).map((calls) => createCase(beginning, calls))),
);

test('answers any three concurrent calls as if they had come one after another', async () => {
  const cases = paymentStartStates.flatMap((beginning) =>
    listSelections(paymentCalls, 3).map((calls) => createCase(beginning, calls)),
  );
  const answers: { call: PaymentCall; answer: string }[][] = [];
  for (const one of cases) {
    await writeStateAfterCrash(one);
    const asked = one.calls.map(async (call) => ({ call, answer: await callPayments(call, one.payment) }));
    answers.push(await Promise.all(asked));
  }
  const states = await readStates(cases);
  const unexplained = cases
    .map(({ beginning }, index) => ({
      beginning,
      answers: answers[index] ?? [],
      state: states[index] ?? 'none none',
    }))
    .filter(
      ({ beginning, answers, state }) =>
        !isExplained(paymentModel, beginning, answers, state as PaymentState, getIntermediateStates),
    );
  expect(unexplained).toEqual([]);
});
