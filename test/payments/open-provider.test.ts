import { rmSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { readEnvironment } from '../../platform/process/environment.ts';
import { readSubgraphSettings } from '../../platform/subgraph/definition.ts';
import { newPaymentId } from '../../platform/values/ids.ts';
import { subgraph } from '../../subgraphs/payments/index.ts';
import { openProvider } from '../../subgraphs/payments/open-provider.ts';
import { silent } from '../support/silent-log.ts';
import { temporaryFolder } from '../support/temporary.ts';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function open(source: Record<string, string>) {
  const environment = readEnvironment({ DATA_DIR: folder, ...source });
  const settings = readSubgraphSettings(subgraph, environment);
  return openProvider({ settings, environment, log: silent });
}

const url = 'http://127.0.0.1:4010';
const key = 'a key that is long enough';

test('starts a sandbox provider when none is configured, and the sandbox keeps its charges across starts', async () => {
  const reference = newPaymentId();
  const signal = AbortSignal.timeout(10_000);
  const first = await open({});
  const amount = { amount: '1.00', currency: 'EUR' };
  await first.own.provider.authorize({ reference, amount, token: 'tok_approve' }, signal);
  await first.close();
  await expect(first.own.provider.find(reference, signal)).rejects.toThrow('did not answer');

  const second = await open({});
  expect(await second.own.provider.find(reference, signal)).toMatchObject({ status: 'AUTHORIZED' });
  await second.close();
});

test('refuses the journal that another payments uses, and frees it when a start fails', async () => {
  const first = await open({});
  await expect(open({})).rejects.toThrow('is in use by another sandbox provider');
  const own = { PAYMENTS_PROVIDER_URL: url, PAYMENTS_PROVIDER_KEY: key };
  await (await open(own)).close();
  await first.close();
  await (await open({})).close();
});

test('refuses to start in production without a provider, naming every variable', async () => {
  const refused = open({ NODE_ENV: 'production' });
  await expect(refused).rejects.toThrow('PAYMENTS_PROVIDER_URL: is missing');
  await expect(refused).rejects.toThrow('PAYMENTS_PROVIDER_KEY: is missing');
  await expect(refused).rejects.toThrow('PAYMENTS_WEBHOOK_SECRET: is missing');
});

test.each(['short', 'development key of payments'])(
  'refuses %j as a key or a secret in production',
  async (weak) => {
    const source = { NODE_ENV: 'production', PAYMENTS_PROVIDER_URL: url, PAYMENTS_PROVIDER_KEY: weak };
    await expect(open(source)).rejects.toThrow('PAYMENTS_PROVIDER_KEY: is weak');
    const secret = { ...source, PAYMENTS_PROVIDER_KEY: key, PAYMENTS_WEBHOOK_SECRET: weak };
    await expect(open(secret)).rejects.toThrow('PAYMENTS_WEBHOOK_SECRET: is weak');
    const oneOfTwo = { ...secret, PAYMENTS_WEBHOOK_SECRET: `${key},${weak}` };
    await expect(open(oneOfTwo)).rejects.toThrow('PAYMENTS_WEBHOOK_SECRET: is weak');
  },
);

test('refuses a provider of which only a part is configured', async () => {
  await expect(open({ PAYMENTS_PROVIDER_URL: url })).rejects.toThrow('PAYMENTS_PROVIDER_KEY: is missing');
  await expect(open({ PAYMENTS_PROVIDER_KEY: key })).rejects.toThrow('PAYMENTS_PROVIDER_URL: is missing');
});

test.each([',', 'one,,two', 'a,b,c,d,e,f'])('refuses %j as a list of secrets', async (list) => {
  await expect(open({ PAYMENTS_WEBHOOK_SECRET: list })).rejects.toThrow(
    'PAYMENTS_WEBHOOK_SECRET: must be 1 to 5 secrets, separated by commas',
  );
});

test('refuses an address that is not a URL', async () => {
  await expect(open({ PAYMENTS_PROVIDER_URL: 'sandbox', PAYMENTS_PROVIDER_KEY: key })).rejects.toThrow(
    'PAYMENTS_PROVIDER_URL: must be an http(s) URL',
  );
});
