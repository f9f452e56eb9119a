import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { newId } from '../../../platform/values/uuid.ts';
import { type SandboxProvider, startSandboxProvider } from '../../../subgraphs/payments/sandbox/server.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const folder = temporaryFolder();
const apiKey = 'key of the sandbox in tests';
let sandbox: SandboxProvider | undefined;

afterEach(async () => {
  await sandbox?.close();
  sandbox = undefined;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function start(options: { folder?: string; answerLateMs?: number } = {}): Promise<void> {
  await sandbox?.close();
  sandbox = await startSandboxProvider({ host: '127.0.0.1', port: 0, apiKey, ...options });
}

async function send(
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
  authorization = `Bearer ${apiKey}`,
) {
  const response = await fetch(`${sandbox?.url}${path}`, {
    method,
    headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const json = (await response.json()) as Record<string, unknown>;
  return { status: response.status, body: json };
}

const ten = { amount: '10.00', currency: 'EUR' };
const charge = (reference: string, token: string, money = ten) =>
  send('POST', '/charges', { reference, ...money, token });
const books = async () => (await send('GET', '/charges')).body.charges;

test.each([
  ['tok_approve', 200, { status: 'AUTHORIZED', ...ten, refunded: '0.00' }],
  ['tok_decline', 200, { status: 'DECLINED', ...ten }],
  ['tok_error', 500, { code: 'error' }],
  ['tok_flaky', 500, { code: 'error' }],
  ['tok_unheard_of', 422, { code: 'token_invalid' }],
  ['toString', 422, { code: 'token_invalid' }],
])('answers %s with %i', async (token, status, body) => {
  await start();
  expect(await charge(newId(), token)).toMatchObject({ status, body });
  expect(await books()).toHaveLength(status === 200 ? 1 : 0);
});

test('approves tok_flaky at the second request with a reference', async () => {
  await start();
  const reference = newId();
  await charge(reference, 'tok_flaky');
  expect(await charge(reference, 'tok_flaky')).toMatchObject({ status: 200, body: { status: 'AUTHORIZED' } });
});

test('charges tok_timeout at once, answers late, and answers a repeat at once', async () => {
  await start({ answerLateMs: 60_000 });
  const reference = newId();
  const late = charge(reference, 'tok_timeout').catch((cause: unknown) => cause);
  await expect.poll(books).toMatchObject([{ reference, status: 'AUTHORIZED' }]);
  expect(await charge(reference, 'tok_timeout')).toMatchObject({ status: 200, body: { reference } });
  // Closing does not wait for responses that are late on purpose.
  await sandbox?.close();
  sandbox = undefined;
  expect(await late).not.toMatchObject({ status: 200 });
});

test('makes one charge for a reference, and refuses another amount for it', async () => {
  await start();
  const reference = newId();
  const responses = await Promise.all(Array.from({ length: 5 }, () => charge(reference, 'tok_approve')));
  expect(new Set(responses.map(({ body }) => body.id)).size).toBe(1);
  expect(await charge(reference, 'tok_approve', { ...ten, amount: '10.01' })).toMatchObject({ status: 400 });
  expect(await books()).toHaveLength(1);
});

test('checks the card before it looks for the charge', async () => {
  await start();
  const reference = newId();
  await charge(reference, 'tok_approve');
  expect((await charge(reference, 'tok_unheard_of')).status).toBe(422);
  expect((await charge(reference, 'tok_error')).status).toBe(500);
  expect(await send('GET', `/charges/${reference}`)).toMatchObject({
    status: 200,
    body: { status: 'AUTHORIZED' },
  });
  expect((await send('GET', `/charges/${newId()}`)).status).toBe(404);
});

test('captures, voids or ends a hold, and answers 409 to the other changes', async () => {
  await start();
  const [taken, dropped, lapsed] = [newId(), newId(), newId()];
  for (const reference of [taken, dropped, lapsed]) await charge(reference, 'tok_approve');
  const status = async (path: string) => {
    const response = await send('POST', path, {});
    return [response.status, response.body.status];
  };
  expect(await status(`/charges/${taken}/capture`)).toEqual([200, 'CAPTURED']);
  expect(await status(`/charges/${taken}/capture`)).toEqual([200, 'CAPTURED']);
  expect(await status(`/charges/${taken}/void`)).toEqual([409, 'CAPTURED']);
  expect(await status(`/charges/${dropped}/void`)).toEqual([200, 'VOIDED']);
  expect(await status(`/charges/${dropped}/void`)).toEqual([200, 'VOIDED']);
  expect(await status(`/charges/${dropped}/capture`)).toEqual([409, 'VOIDED']);
  expect(await status(`/charges/${lapsed}/expire`)).toEqual([200, 'EXPIRED']);
  expect(await status(`/charges/${lapsed}/capture`)).toEqual([409, 'EXPIRED']);
  expect(await status(`/charges/${lapsed}/void`)).toEqual([409, 'EXPIRED']);
  expect(await status(`/charges/${taken}/expire`)).toEqual([409, 'CAPTURED']);
  for (const change of ['capture', 'expire'])
    expect((await send('POST', `/charges/${newId()}/${change}`, {})).status).toBe(404);
});

test('never charges a reference that was voided before', async () => {
  await start();
  const reference = newId();
  expect((await send('POST', `/charges/${reference}/void`, {})).status).toBe(200);
  expect(await charge(reference, 'tok_approve')).toMatchObject({
    status: 200,
    body: { status: 'VOIDED', amount: null },
  });
});

test('refunds up to what was captured, once for each reference', async () => {
  await start();
  const reference = newId();
  const refund = async (refundReference: string, amount: string, currency = 'EUR') =>
    (await send('POST', `/charges/${reference}/refunds`, { reference: refundReference, amount, currency }))
      .status;
  expect(await refund('a', '1.00')).toBe(404);
  await charge(reference, 'tok_approve');
  expect(await refund('a', '1.00')).toBe(409);
  await send('POST', `/charges/${reference}/capture`, {});
  expect(await refund('a', '4.00')).toBe(200);
  expect(await refund('a', '4.00')).toBe(200);
  expect(await refund('a', '4.01')).toBe(409);
  expect(await refund('b', '6.01')).toBe(409);
  expect(await refund('b', '6.00', 'USD')).toBe(409);
  expect(await refund('b', '6.00')).toBe(200);
  expect(await books()).toMatchObject([
    { status: 'CAPTURED', refunded: '10.00', refunds: [{ amount: '4.00' }, {}] },
  ]);
});

test('opens and closes disputes of what is left, and takes back captures', async () => {
  await start();
  const reference = newId();
  const post = async (path: string, body: object = {}) => {
    const { status, body: answer } = await send('POST', `/charges/${reference}/${path}`, body);
    return [status, answer.status];
  };
  const part = (name: string, amount: string) => ({ reference: name, amount, currency: 'EUR' });
  expect(await post('disputes', part('a', '1.00'))).toEqual([404, undefined]);
  await charge(reference, 'tok_approve');
  expect(await post('disputes', part('a', '1.00'))).toEqual([409, 'AUTHORIZED']);
  expect(await post('reverse')).toEqual([409, 'AUTHORIZED']);
  await post('capture');
  expect(await post('disputes', part('a', '10.01'))).toEqual([409, 'CAPTURED']);
  for (let repeat = 0; repeat < 2; repeat += 1)
    expect(await post('disputes', part('a', '10.00'))).toEqual([200, 'CAPTURED']);
  // Nothing is left to refund or to take back while all of it is disputed.
  expect(await post('refunds', part('r', '0.01'))).toEqual([409, 'CAPTURED']);
  expect(await post('reverse')).toEqual([409, 'CAPTURED']);
  for (let repeat = 0; repeat < 2; repeat += 1)
    expect(await post('disputes/a/win')).toEqual([200, 'CAPTURED']);
  expect(await post('disputes/a/lose')).toEqual([409, 'CAPTURED']);
  expect(await post('disputes/b/lose')).toEqual([409, 'CAPTURED']);
  await post('disputes', part('b', '4.00'));
  expect(await post('disputes/b/lose')).toEqual([200, 'CAPTURED']);
  expect(await post('refunds', part('r', '6.01'))).toEqual([409, 'CAPTURED']);
  for (let repeat = 0; repeat < 2; repeat += 1) expect(await post('reverse')).toEqual([200, 'REVERSED']);
  expect(await post('refunds', part('r', '0.01'))).toEqual([409, 'REVERSED']);
  expect(await books()).toMatchObject([{ disputes: [{ status: 'WON' }, { status: 'LOST' }] }]);
});

test('requires the API key for every path except health', async () => {
  await start();
  for (const authorization of ['', apiKey, 'Bearer ', `Bearer ${apiKey}x`, `Basic ${apiKey}`]) {
    for (const [method, path] of [
      ['GET', '/charges'],
      ['POST', '/charges'],
      ['GET', `/charges/${newId()}`],
    ] as const) {
      expect((await send(method, path, undefined, authorization)).status).toBe(401);
    }
  }
  expect((await send('GET', '/health/ready', undefined, '')).body).toMatchObject({ status: 'ready' });
});

test('refuses amounts that are not exact money', async () => {
  await start();
  for (const amount of ['0', '-1', '1.005', '1e3', 'ten', '']) {
    expect((await charge(newId(), 'tok_approve', { ...ten, amount })).status).toBe(400);
  }
  expect(await books()).toEqual([]);
});

test('frees its journal when it cannot listen', async () => {
  await start();
  const port = Number(new URL(sandbox?.url ?? '').port);
  const refused = startSandboxProvider({ host: '127.0.0.1', port, apiKey, folder });
  await expect(refused).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await start({ folder });
});

test('keeps its books across a restart, without tokens, and ignores a line that was not written to its end', async () => {
  await start({ folder });
  const references = [newId(), newId(), newId()];
  for (const reference of references) await charge(reference, 'tok_approve');
  await send('POST', `/charges/${references[0]}/capture`, {});
  await send('POST', `/charges/${references[0]}/refunds`, { reference: 'a', ...ten });
  await send('POST', `/charges/${references[1]}/void`, {});
  const before = await books();
  const journal = join(folder, 'journal.jsonl');
  appendFileSync(journal, '{"event":"captured","refer');

  await start({ folder });
  expect(await books()).toEqual(before);
  await send('POST', `/charges/${references[2]}/capture`, {});
  const lines = readFileSync(journal, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).event)).toEqual([
    ...['authorized', 'authorized', 'authorized', 'captured', 'refunded', 'voided', 'captured'],
  ]);
  expect(lines.join()).not.toContain('tok_');
});
