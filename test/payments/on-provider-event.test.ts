// Events of the provider over real HTTP, sent by the sandbox or by a test that holds its secret.
import { describe, expect, test } from 'vitest';
import { newId } from '../../platform/values/uuid.ts';
import { signBody } from '../../subgraphs/payments/provider/webhook-signature.ts';
import { buildEvent, serveEvents } from './events.ts';
import { paymentsTest, type Terms, terms, webhookSecret } from './payments.ts';

const formerSecret = 'the secret before';
const payments = paymentsTest({ webhookSecrets: `${webhookSecret}, ${formerSecret}` });
const { url, deliver, hear } = serveEvents(payments);

async function post(body: string, header?: string, contentType = 'application/json'): Promise<number> {
  const signature = header ?? signBody([webhookSecret], Buffer.from(body));
  const headers = { 'content-type': contentType, 'provider-signature': signature };
  const response = await fetch(url(), { method: 'POST', headers, body });
  expect(await response.text()).toBe('');
  return response.status;
}

const statusOf = async (given: Terms) => (await payments.row(given)).status;

describe('an event of the sandbox', () => {
  test('records a charge whose response was lost', async () => {
    const [held, refused] = [terms(), terms()];
    for (const given of [held, refused]) await payments.recordIntent(given);
    await payments.chargeAtProvider(held, 'tok_approve');
    await payments.chargeAtProvider(refused, 'tok_decline');
    await expect.poll(() => statusOf(held)).toBe('AUTHORIZED');
    await expect.poll(() => statusOf(refused)).toBe('DECLINED');
  });

  test('records a capture, a void and a lapsed hold that the provider alone knows, the capture with its postings', async () => {
    const [taken, dropped, lapsed] = [terms(), terms(), terms()];
    for (const given of [taken, dropped, lapsed]) await payments.create(given);
    await payments.atProvider(`/charges/${taken.id}/capture`);
    await payments.atProvider(`/charges/${dropped.id}/void`);
    await payments.atProvider(`/charges/${lapsed.id}/expire`);
    await expect.poll(() => statusOf(taken)).toBe('CAPTURED');
    await expect.poll(() => statusOf(dropped)).toBe('VOIDED');
    await expect.poll(() => statusOf(lapsed)).toBe('EXPIRED');
    expect(await payments.postings(taken)).toHaveLength(2);
  });

  test('may arrive twice, late, and after later events', async () => {
    const given = terms();
    await payments.recordIntent(given);
    // The authorisation comes three times after the capture.
    await deliver(3, [400, 0]);
    await payments.chargeAtProvider(given, 'tok_approve');
    await payments.atProvider(`/charges/${given.id}/capture`);
    await expect.poll(() => statusOf(given)).toBe('CAPTURED');
    await deliver(1, [0]);
    await expect.poll(payments.eventsUnderWay, { timeout: 5_000 }).toBe(0);
    expect(await statusOf(given)).toBe('CAPTURED');
    expect(await payments.postings(given)).toHaveLength(2);
  });

  test('changes nothing that the provider does not confirm', async () => {
    const [pending, held] = [terms(), terms()];
    await payments.recordIntent(pending);
    await payments.create(held);
    for (const type of ['charge.captured', 'charge.voided', 'charge.refunded']) {
      expect(await post(buildEvent(pending.id, type))).toBe(200);
      expect(await post(buildEvent(held.id, type))).toBe(200);
    }
    expect([await statusOf(pending), await statusOf(held)]).toEqual(['PENDING', 'AUTHORIZED']);
  });
});

test('looks up the events of one moment in one statement, and records each event on its own', async () => {
  const given = terms();
  await payments.create(given);
  await payments.capture(given);
  await expect.poll(payments.eventsUnderWay).toBe(0);
  const before = payments.statements();
  const references = [given.id, newId(), given.id.toUpperCase(), 'order 42', newId()];
  expect(await Promise.all(references.map((reference) => hear(reference)))).toEqual([
    200, 200, 200, 200, 200,
  ]);
  expect(payments.statements() - before).toBe(1);
});

test('answers 200 to events of unknown charges and of unknown types', async () => {
  for (const reference of [newId(), 'order 42', newId().toUpperCase()]) {
    expect(await post(buildEvent(reference))).toBe(200);
  }
  expect(await post(buildEvent(newId(), 'dispute.opened'))).toBe(200);
});

test.each(['', 'no JSON', '[]', '{}', '{"id":1,"type":"a","reference":"b"}', '{"id":"a","type":"b"}'])(
  'answers 400 to %j with a valid signature, and 401 without one',
  async (body) => {
    expect(await post(body)).toBe(400);
    expect(await post(body, 'nonsense')).toBe(401);
  },
);

test('refuses an event that is signed with another secret or more than five minutes away from now', async () => {
  const given = terms();
  await payments.recordIntent(given);
  await deliver(0, [0]);
  await payments.chargeAtProvider(given, 'tok_approve');
  const body = buildEvent(given.id);
  const bytes = Buffer.from(body);
  const sixMinutes = 6 * 60_000;
  for (const header of [
    '',
    signBody(['another secret'], bytes),
    signBody([webhookSecret], Buffer.from(buildEvent(given.id))),
    signBody([webhookSecret], bytes, Date.now() - sixMinutes),
    signBody([webhookSecret], bytes, Date.now() + sixMinutes),
  ]) {
    expect(await post(body, header)).toBe(401);
  }
  expect(await statusOf(given)).toBe('PENDING');
  // The same event is accepted with a signature of now. So it was the signature that was refused.
  expect(await post(body)).toBe(200);
  expect(await statusOf(given)).toBe('AUTHORIZED');
  await deliver(1, [0]);
});

test('accepts events that are signed with either secret while one replaces the other, or with both', async () => {
  const body = buildEvent(newId());
  const bytes = Buffer.from(body);
  for (const secrets of [[formerSecret], [webhookSecret], ['a later secret', formerSecret]])
    expect(await post(body, signBody(secrets, bytes))).toBe(200);
  expect(await post(body, signBody(['a later secret', 'another secret'], bytes))).toBe(401);
});

test('verifies the bytes of the body, with any content type', async () => {
  const body = ` ${buildEvent(newId())}\n`;
  for (const contentType of ['text/plain', 'application/x-www-form-urlencoded', 'image/png']) {
    expect(await post(body, undefined, contentType)).toBe(200);
  }
  expect(await post('x'.repeat(64 * 1024), 'nonsense')).toBe(401);
  const tooLong = await fetch(url(), { method: 'POST', body: 'x'.repeat(64 * 1024 + 1) });
  expect(tooLong.status).toBe(413);
  expect((await fetch(url())).status).toBe(404);
});
