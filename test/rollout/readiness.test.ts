// A new instance with a wrong configuration is not ready, so that a rolling deployment stops at it, and it names what to correct. A
// neighbour that is down changes nothing: here nothing but accounts and products runs beside the instance.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { newKeyPair } from '../../platform/identity/signed-identity.ts';
import { startSandboxProvider } from '../../subgraphs/payments/sandbox/server.ts';
import type { Variables } from '../support/processes.ts';
import { type Instance, openDeployment } from './deployment.ts';

const deployment = openDeployment();
const { keys, start, run } = deployment;

let accounts: Instance;
let products: Instance;
/** The URLs of what runs. */
let right: Variables;
beforeAll(async () => {
  [accounts, products] = await Promise.all([start('accounts'), start('products')]);
  right = { ACCOUNTS_URL: accounts.url, PRODUCTS_URL: products.url };
});

/** Starts an instance, reads its readiness, and ends it. No address may be in its details or in its log. */
async function deploy(name: string, variables: Variables) {
  const instance = await start(name, { ...right, ...variables });
  // A gateway needs some time until it can plan, and is not ready until then for that reason alone.
  let answer = await instance.readiness();
  const isJudged = async () => {
    answer = await instance.readiness();
    return answer.status === 200 || answer.body.configuration !== undefined;
  };
  await expect.poll(isJudged, { timeout: 30_000 }).toBe(true);
  const { status, body } = answer;
  expect(await instance.stop()).toBe(0);
  const log = instance.output();
  expect(JSON.stringify(body) + log).not.toMatch(/127\.0\.0\.1|localhost|MC4C|MCow/);
  return { status, body, log };
}

/** Moves the clock of a process. */
function shiftClock(milliseconds: number): Variables {
  const file = join(deployment.folder, `clock-${milliseconds}.mjs`);
  writeFileSync(
    file,
    `const RealDate = Date;
     const now = () => RealDate.now() + ${milliseconds};
     globalThis.Date = class extends RealDate {
       constructor(...given) { super(...(given.length === 0 ? [now()] : given)); }
       static now() { return now(); }
     };`,
  );
  return { NODE_OPTIONS: `--import=${file}` };
}

const urlOf = (name: string) =>
  `the URL of ${name} (${name.toUpperCase()}_URL, or routing_url in supergraph.yaml)`;
const untrusted = (name: string) =>
  `refused: IDENTITY_TRUST of ${name} does not have the key that belongs to IDENTITY_KEY of this process`;

describe('a gateway', () => {
  test('with the right configuration is ready while some of its neighbours are down', async () => {
    const { status, body, log } = await deploy('gateway', {});
    expect(status).toBe(200);
    expect(body).toMatchObject({
      dependencies: { accounts: { up: true }, products: { up: true }, purchases: { up: false } },
    });
    expect(body).not.toHaveProperty('configuration');
    expect(log).toBe('');
  });

  test.each([
    ['leads to another subgraph', () => accounts.url, 'leads to accounts'],
    [
      'has a path without operations',
      () => new URL('/graph', products.url).href,
      'leads to products, and to a path without operations: HTTP status 404',
    ],
  ])('is not ready when a URL %s', async (_what, getUrl, problem) => {
    const url = `${urlOf('products')} ${problem}`;
    const { status, body, log } = await deploy('gateway', { PRODUCTS_URL: getUrl() });
    expect(status).toBe(503);
    expect(body).toMatchObject({
      configuration: [url],
      dependencies: { accounts: { up: true }, products: { up: false, url } },
    });
    expect(log).toContain(url);
  });

  test('is not ready with a key that no subgraph trusts', async () => {
    const { status, body, log } = await deploy('gateway', { IDENTITY_KEY: newKeyPair().privateKey });
    expect(status).toBe(503);
    expect(body).toMatchObject({ configuration: [untrusted('accounts'), untrusted('products')] });
    expect(log).toContain(untrusted('accounts'));
  });

  test('is ready when one subgraph alone does not trust its key, and names that subgraph', async () => {
    const forgetful = await start('products', { IDENTITY_TRUST: `gateway=${newKeyPair().publicKey}` });
    const { status, body, log } = await deploy('gateway', { PRODUCTS_URL: forgetful.url });
    expect(await forgetful.stop()).toBe(0);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      dependencies: { accounts: { up: true }, products: { up: false, identity: untrusted('products') } },
    });
    expect(log).toContain(untrusted('products'));
  });

  test.each([
    [90_000, 'behind'],
    [-90_000, 'ahead of'],
  ])('is not ready with a clock that is wrong by %i ms', async (milliseconds, direction) => {
    const { status, body, log } = await deploy('gateway', shiftClock(milliseconds));
    const problem = new RegExp(
      `refused: the clock of accounts is (89|90|91) s ${direction} the clock of this process`,
    );
    expect(status).toBe(503);
    expect(body.configuration).toEqual([expect.stringMatching(problem), expect.any(String)]);
    expect(log).toMatch(problem);
  });
});

describe('a subgraph', () => {
  test('that trusts no gateway does not start, and says so', async () => {
    const { running } = run('accounts', { IDENTITY_TRUST: `purchases=${keys.purchases.publicKey}` });
    await expect.poll(() => running.child.exitCode, { timeout: 30_000 }).toBe(1);
    // The last bytes of the output may arrive after the exit code.
    await expect.poll(running.output).toContain('has no key of');
    expect(running.output()).toMatch(/IDENTITY_TRUST: has no key of \\?"gateway/);
  });

  test('is not ready when the URL of a peer leads to another subgraph', async () => {
    const url = `${urlOf('products')} leads to accounts`;
    const { status, body, log } = await deploy('purchases', { PRODUCTS_URL: accounts.url });
    expect(status).toBe(503);
    expect(body).toMatchObject({ configuration: [url], peers: { products: { url } } });
    expect(log).toContain(url);
  });

  test('is not ready with a key that no peer trusts', async () => {
    const { status, body, log } = await deploy('purchases', { IDENTITY_KEY: newKeyPair().privateKey });
    expect(status).toBe(503);
    expect(body).toMatchObject({ configuration: [untrusted('products')], database: { up: true } });
    expect(log).toContain(untrusted('products'));
  });

  test('is ready while a peer is down', async () => {
    const { status, body } = await deploy('purchases', {});
    expect([status, body.configuration]).toEqual([200, undefined]);
  });
});

describe('payments', () => {
  const key = 'the key of the provider';
  const provider = async () => startSandboxProvider({ host: '127.0.0.1', port: 0, apiKey: key });
  const problem = 'refused: PAYMENTS_PROVIDER_KEY is no valid key of the provider at PAYMENTS_PROVIDER_URL';

  test('is not ready with a key that its provider refuses, and ready with the right one', async () => {
    const { url, close } = await provider();
    const wrong = await deploy('payments', { PAYMENTS_PROVIDER_URL: url, PAYMENTS_PROVIDER_KEY: 'wrong' });
    expect(wrong.status).toBe(503);
    expect(wrong.body).toMatchObject({ configuration: [problem], outside: { provider: { key: problem } } });
    expect(wrong.log).toContain(problem);
    const { status, body } = await deploy('payments', {
      PAYMENTS_PROVIDER_URL: url,
      PAYMENTS_PROVIDER_KEY: key,
    });
    expect([status, body.outside]).toEqual([200, { provider: {} }]);
    await close();
  });

  test('is ready while its provider is down', async () => {
    const { url, close } = await provider();
    await close();
    const { status } = await deploy('payments', { PAYMENTS_PROVIDER_URL: url, PAYMENTS_PROVIDER_KEY: key });
    expect(status).toBe(200);
  });
});
