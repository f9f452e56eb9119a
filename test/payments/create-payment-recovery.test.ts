// A crash, a time-out or a silent provider leaves a payment between two phases. A repeat of the call finishes it.
import { expect, test } from 'vitest';
import { startSandboxProvider } from '../../subgraphs/payments/sandbox/server.ts';
import { subgraphTest } from '../support/subgraph.ts';
import { apiKey, createPayment, paymentsTest, purchases, terms } from './payments.ts';

const payments = paymentsTest({ timeoutMs: 500 });

test('finds the charge of a call that timed out after charging, and charges once', async () => {
  const given = terms();
  expect(await payments.create(given, 'tok_timeout')).toMatchObject({ status: 'AUTHORIZED' });
  expect(await payments.books(given.id)).toMatchObject([{ status: 'AUTHORIZED' }]);
});

test('answers simultaneous duplicates that all time out after one charge', async () => {
  const given = terms();
  const responses = await Promise.all(Array.from({ length: 4 }, () => payments.create(given, 'tok_timeout')));
  expect(responses.map(({ status }) => status)).toEqual(Array(4).fill('AUTHORIZED'));
  expect(await payments.books(given.id)).toHaveLength(1);
});

test('succeeds when the provider fails once', async () => {
  const given = terms();
  expect(await payments.create(given, 'tok_flaky')).toMatchObject({ status: 'AUTHORIZED' });
  expect(await payments.books(given.id)).toHaveLength(1);
});

test('fails when the provider keeps failing, and leaves the payment pending, so that a repeat can succeed', async () => {
  const given = terms();
  expect(await payments.createRefused(given, 'tok_error')).toBe('INTERNAL_SERVER_ERROR');
  expect((await payments.row(given)).status).toBe('PENDING');
  expect(await payments.books(given.id)).toEqual([]);
  expect(await payments.create(given)).toMatchObject({ status: 'AUTHORIZED' });
});

test('finishes a payment whose process ended before the provider was called', async () => {
  const given = terms();
  await payments.recordIntent(given);
  expect(await payments.create(given)).toMatchObject({ status: 'AUTHORIZED' });
  expect(await payments.books(given.id)).toHaveLength(1);
});

test('finishes a payment whose process ended after the provider authorised, without a second charge', async () => {
  const given = terms();
  await payments.recordIntent(given);
  await payments.chargeAtProvider(given, 'tok_approve');
  // The provider refuses this token. So a success proves that payments looked the charge up by its id and did not charge again.
  expect(await payments.create(given, 'tok_unheard_of')).toMatchObject({ status: 'AUTHORIZED' });
  expect(await payments.books(given.id)).toHaveLength(1);
});

test('records the decline of a card when the response of the provider was lost', async () => {
  const given = terms();
  await payments.recordIntent(given);
  await payments.chargeAtProvider(given, 'tok_decline');
  expect(await payments.createRefused(given)).toBe('PAYMENT_DECLINED');
  expect((await payments.row(given)).status).toBe('DECLINED');
});

test('finishes a payment that the provider knows without a token, in each status of its charge', async () => {
  const [held, refused, taken] = [terms(), terms(), terms()];
  for (const given of [held, refused, taken]) await payments.recordIntent(given);
  await payments.chargeAtProvider(held, 'tok_approve');
  await payments.chargeAtProvider(refused, 'tok_decline');
  await payments.chargeAtProvider(taken, 'tok_approve');
  await payments.atProvider(`/charges/${taken.id}/capture`);
  expect(await payments.create(held, null)).toMatchObject({ status: 'AUTHORIZED' });
  expect(await payments.createRefused(refused, null)).toBe('PAYMENT_DECLINED');
  expect(await payments.create(taken, null)).toMatchObject({ status: 'CAPTURED' });
  expect(await payments.postings(taken)).toHaveLength(2);
});

test('charges nothing without a token, and a void ends the recorded payment, even if the charge arrives later', async () => {
  const given = terms();
  await payments.recordIntent(given);
  expect(await payments.createRefused(given, null)).toBe('PAYMENT_TOKEN_MISSING');
  expect((await payments.row(given)).status).toBe('PENDING');
  expect(await payments.void(given)).toBe('VOIDED');
  await payments.chargeAtProvider(given, 'tok_approve');
  expect(await payments.books(given.id)).toMatchObject([{ status: 'VOIDED' }]);
});

test('holds no amount when the void of a pending payment overtakes its authorisation', async () => {
  const given = terms();
  await payments.recordIntent(given);
  await payments.void(given);
  // The authorisation that was under way arrives only now.
  await payments.chargeAtProvider(given, 'tok_approve');
  expect(await payments.books(given.id)).toMatchObject([{ status: 'VOIDED' }]);
  expect(await payments.createRefused(given)).toBe('PAYMENT_VOIDED');
});

test('holds no amount after any race of create and void', async () => {
  for (let round = 0; round < 10; round += 1) {
    const given = terms();
    const [created, voided] = await Promise.all([
      payments.graphql(createPayment, { input: { ...given, token: 'tok_approve' } }, purchases),
      payments.void(given),
    ]);
    expect(voided).toBe('VOIDED');
    const code = created.errors?.[0]?.extensions?.code;
    if (code !== undefined) expect(code).toBe('PAYMENT_VOIDED');
    expect((await payments.row(given)).status).toBe('VOIDED');
    expect((await payments.books(given.id)).filter(({ status }) => status !== 'VOIDED')).toEqual([]);
  }
});

let silentPort = 0;
const cutOff = subgraphTest('payments', {
  environment: async () => {
    const { url, close } = await startSandboxProvider({ host: '127.0.0.1', port: 0, apiKey });
    await close();
    silentPort = Number(new URL(url).port);
    return { PAYMENTS_PROVIDER_URL: url, PAYMENTS_PROVIDER_KEY: apiKey };
  },
});

test('fails while the provider is not running, and a repeat succeeds once it runs', async () => {
  const variables = { input: { ...terms(), token: 'tok_approve' } };
  expect(await cutOff.refusal(createPayment, variables, purchases)).toBe('INTERNAL_SERVER_ERROR');
  const { close } = await startSandboxProvider({ host: '127.0.0.1', port: silentPort, apiKey });
  try {
    const { createPayment: payment } = await cutOff.data(createPayment, variables, purchases);
    expect(payment.status).toBe('AUTHORIZED');
  } finally {
    await close();
  }
});
