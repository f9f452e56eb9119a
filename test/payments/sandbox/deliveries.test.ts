// The events that the sandbox provider posts to a merchant. The merchant of these tests records each event and answers with the
// status that the test sets.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '../../../platform/values/uuid.ts';
import { isSigned } from '../../../subgraphs/payments/provider/webhook-signature.ts';
import { maxRetries } from '../../../subgraphs/payments/sandbox/deliveries.ts';
import { type SandboxProvider, startSandboxProvider } from '../../../subgraphs/payments/sandbox/server.ts';

const apiKey = 'key of the sandbox in tests';
const secret = 'secret of the webhooks in tests';
let got: { id: string; type: string; reference: string; isGenuine: boolean }[] = [];
let chooseStatus: () => number = () => 200;

const merchant = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray());
  const isGenuine = isSigned([secret], body, request.headers['provider-signature']);
  got.push({ ...JSON.parse(body.toString()), isGenuine });
  response.writeHead(chooseStatus()).end();
});
let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => merchant.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(merchant.address() as AddressInfo).port}/events`;
});
afterAll(async () => {
  merchant.closeAllConnections();
  await new Promise((resolve) => merchant.close(resolve));
});

let sandbox: SandboxProvider;
beforeEach(async () => {
  got = [];
  chooseStatus = () => 200;
  const webhook = { secrets: [secret], url, retryMs: 5, gatherMs: 0 };
  sandbox = await startSandboxProvider({ host: '127.0.0.1', port: 0, apiKey, webhook });
});
afterEach(() => sandbox.close());

async function send(path: string, body: unknown = {}): Promise<number> {
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  return (await fetch(sandbox.url + path, { method: 'POST', headers, body: JSON.stringify(body) })).status;
}

const ten = { amount: '10.00', currency: 'EUR' };
const authorize = (reference: string, token = 'tok_approve') =>
  send('/charges', { reference, ...ten, token });
const types = () => got.map(({ type }) => type);

test('posts one signed event for each change, with an id of its own', async () => {
  const [taken, dropped, refused] = [newId(), newId(), newId()];
  const steps: [path: string, body: unknown, event: string][] = [
    ['/charges', { reference: taken, ...ten, token: 'tok_approve' }, 'charge.authorized'],
    [`/charges/${taken}/capture`, {}, 'charge.captured'],
    [`/charges/${taken}/refunds`, { reference: 'a', ...ten }, 'charge.refunded'],
    [`/charges/${dropped}/void`, {}, 'charge.voided'],
    ['/charges', { reference: refused, ...ten, token: 'tok_decline' }, 'charge.declined'],
  ];
  for (const [index, [path, body]] of steps.entries()) {
    // A repeat changes nothing, so no event follows it.
    expect([await send(path, body), await send(path, body)]).toEqual([200, 200]);
    await expect.poll(() => got.length).toBe(index + 1);
  }
  expect(types()).toEqual(steps.map(([, , event]) => event));
  expect(got.map(({ reference }) => reference)).toEqual([taken, taken, taken, dropped, refused]);
  expect(got.every(({ isGenuine }) => isGenuine)).toBe(true);
  expect(new Set(got.map(({ id }) => id)).size).toBe(steps.length);
});

test('sends an event again with the same id until the merchant answers 2xx', async () => {
  chooseStatus = () => (got.length < 3 ? 503 : 204);
  await authorize(newId());
  await expect.poll(() => got.length).toBe(3);
  await authorize(newId());
  await expect.poll(() => got.length).toBe(4);
  expect(new Set(got.map(({ id }) => id)).size).toBe(2);
});

test('gives up an event after a few repeats, and delivers later events', async () => {
  chooseStatus = () => 500;
  await authorize(newId());
  await expect.poll(() => got.length).toBe(1 + maxRetries);
  chooseStatus = () => 200;
  await authorize(newId());
  await expect.poll(() => got.length).toBe(2 + maxRetries);
});

test('delivers late, more than once, and out of order with such settings', async () => {
  expect(await send('/deliveries', { copies: 2, delaysMs: [300, 0] })).toBe(200);
  const reference = newId();
  await authorize(reference);
  await send(`/charges/${reference}/capture`);
  await expect.poll(() => got.length).toBe(4);
  expect(types()).toEqual(['charge.captured', 'charge.captured', 'charge.authorized', 'charge.authorized']);
  expect(new Set(got.map(({ id }) => id)).size).toBe(2);
  expect(await send('/deliveries', { copies: -1, delaysMs: [] })).toBe(400);
});

test('gathers the events of one moment and sends them together', async () => {
  const webhook = { secrets: [secret], url, gatherMs: 150 };
  await sandbox.close();
  sandbox = await startSandboxProvider({ host: '127.0.0.1', port: 0, apiKey, webhook });
  const began = performance.now();
  for (let count = 0; count < 3; count += 1) await authorize(newId());
  await expect.poll(() => got.length).toBeGreaterThan(0);
  expect(performance.now() - began).toBeGreaterThanOrEqual(149);
  await expect.poll(() => got.length).toBe(3);
});

test('posts no event before it has a URL, and closes without waiting for delayed events', async () => {
  const quiet = await startSandboxProvider({
    host: '127.0.0.1',
    port: 0,
    apiKey,
    webhook: { secrets: [secret] },
  });
  await sandbox.close();
  sandbox = quiet;
  await authorize(newId());
  sandbox.postEventsTo(url);
  await authorize(newId());
  await expect.poll(() => got.length).toBe(1);
  await send('/deliveries', { copies: 1, delaysMs: [60_000] });
  await authorize(newId());
  const closedAt = performance.now();
  await sandbox.close();
  expect(performance.now() - closedAt).toBeLessThan(5_000);
  expect(got).toHaveLength(1);
});
