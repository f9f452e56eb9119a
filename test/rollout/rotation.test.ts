// The key of the gateway is replaced in the three steps of docs/rotation.md while clients ask without a pause, with two instances of
// accounts, which the gateways know by their addresses, and two of the gateway. No request may fail.
import { expect, test } from 'vitest';
import { findFreePort } from '../../local/postgres/cluster.ts';
import { createSigner, newKeyPair, readPrivateKey } from '../../platform/identity/signed-identity.ts';
import type { Variables } from '../support/processes.ts';
import { type Instance, openDeployment } from './deployment.ts';

const { keys, start } = openDeployment();
const next = newKeyPair();

/** Two instances of one service, at addresses that stay. */
async function openFleet(name: string) {
  const ports = [await findFreePort(), await findFreePort()];
  const running = new Map<number, Instance>();
  return {
    urls: ports.map((port) => `http://127.0.0.1:${port}/graphql`),
    /** The URLs that a load balancer in front would use now. */
    inService: () => [...running.keys()].map((port) => `http://127.0.0.1:${port}/graphql`),
    /** Starts both, or replaces one after the other as soon as the one before is ready. */
    roll: async (variables: Variables) => {
      for (const port of ports) {
        const previous = running.get(port);
        running.delete(port);
        expect(await (previous?.stop() ?? 0)).toBe(0);
        // Callers ask every second whether an instance is ready, and leave one that drains.
        const own = { PORT: String(port), DRAIN_MS: '2500', ...variables };
        const instance = await start(name, own);
        const status = async () => (await instance.readiness()).status;
        await expect.poll(status, { timeout: 30_000 }).toBe(200);
        running.set(port, instance);
      }
    },
  };
}

/** Asks without a pause until it is stopped. Each request needs accounts, because the session of a token is looked up there. */
function load(targets: () => readonly string[]) {
  const outcomes = { answered: 0, failures: [] as string[] };
  let isStopped = false;
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${'a'.repeat(43)}` };
  const ask = async (turn: number): Promise<string | undefined> => {
    const urls = targets();
    const response = await fetch(urls[turn % urls.length] ?? '', {
      method: 'POST',
      headers,
      body: JSON.stringify({ query: '{ me { id } }' }),
    });
    const { errors = [] } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
    // Accounts knows no such session, and only accounts can say so.
    const codes = errors.map(({ extensions }) => extensions.code).join();
    return codes === 'UNAUTHENTICATED' ? undefined : `HTTP status ${response.status}, ${codes}`;
  };
  const client = async (first: number) => {
    for (let turn = first; !isStopped; turn += 1) {
      const failure = await ask(turn).catch(String);
      if (failure === undefined) outcomes.answered += 1;
      else outcomes.failures.push(failure);
    }
  };
  const clients = [client(0), client(1), client(2)];
  return {
    outcomes,
    stop: async () => {
      isStopped = true;
      await Promise.all(clients);
    },
  };
}

test('replaces the key of the gateway without a failed request', { timeout: 240_000 }, async () => {
  const trust = (...publicKeys: string[]) => ({
    IDENTITY_TRUST: publicKeys.map((publicKey) => `gateway=${publicKey}`).join(),
  });
  const accounts = await openFleet('accounts');
  const gateways = await openFleet('gateway');
  const environment = { ACCOUNTS_URL: accounts.urls.join() };
  await accounts.roll(trust(keys.gateway.publicKey));
  await gateways.roll(environment);
  /** The status of an operation at each instance of accounts, signed with this key. */
  const statuses = (privateKey: string) =>
    Promise.all(
      accounts.urls.map(async (url) => {
        const sign = createSigner('gateway', readPrivateKey(privateKey));
        const token = await sign('accounts', { kind: 'service', name: 'gateway' });
        const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
        return (await fetch(url, { method: 'POST', headers, body: '{"query":"{ __typename }"}' })).status;
      }),
    );
  expect([await statuses(keys.gateway.privateKey), await statuses(next.privateKey)]).toEqual([
    [200, 200],
    [401, 401],
  ]);

  const { outcomes, stop } = load(gateways.inService);
  const answeredBefore = [outcomes.answered];
  await accounts.roll(trust(next.publicKey, keys.gateway.publicKey));
  answeredBefore.push(outcomes.answered);
  await gateways.roll({ ...environment, IDENTITY_KEY: next.privateKey });
  answeredBefore.push(outcomes.answered);
  await accounts.roll(trust(next.publicKey));
  await stop();

  expect(outcomes.failures).toEqual([]);
  const counts = [...answeredBefore.slice(1), outcomes.answered];
  for (const [step, before] of answeredBefore.entries())
    expect(counts[step], `step ${step + 1} ran under load`).toBeGreaterThan(before + 10);
  expect([await statuses(keys.gateway.privateKey), await statuses(next.privateKey)]).toEqual([
    [401, 401],
    [200, 200],
  ]);
});
