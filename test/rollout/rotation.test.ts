// What docs/rotation.md promises, step by step, while clients ask without a pause, with two instances of accounts, which the gateways know by their
// addresses, and two of the gateway: the key of the gateway is replaced, and then both passwords of accounts. No request may fail.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { findFreePort } from '../../local/postgres/cluster.ts';
import { createSigner, newKeyPair, readPrivateKey } from '../../platform/identity/signed-identity.ts';
import { getDatabaseKeys } from '../../platform/process/database-urls.ts';
import { runCommand } from '../support/commands.ts';
import { query } from '../support/databases.ts';
import { type Variables, waitUntilReady } from '../support/processes.ts';
import { startOwnServer } from '../support/topology.ts';
import { type Instance, openDeployment } from './deployment.ts';

// All databases of a server share its roles: a server of its own, because passwords change.
const { keys, start, folder, urlsOf } = openDeployment(startOwnServer);
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
        await waitUntilReady(new URL('/health/ready', instance.url).href, instance);
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

type Fleet = Awaited<ReturnType<typeof openFleet>>;
let accounts: Fleet;
let gateways: Fleet;
const trust = (...publicKeys: string[]) => ({
  IDENTITY_TRUST: publicKeys.map((publicKey) => `gateway=${publicKey}`).join(),
});
const environment = () => ({ ACCOUNTS_URL: accounts.urls.join() });
beforeAll(async () => {
  [accounts, gateways] = [await openFleet('accounts'), await openFleet('gateway')];
  await accounts.roll(trust(keys.gateway.publicKey));
  await gateways.roll(environment());
}, 120_000);

/** Runs the steps one after the other under load. No request may fail, and each step has to meet some. */
async function runUnderLoad(steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const { outcomes, stop } = load(gateways.inService);
  const answered: number[] = [];
  for (const step of steps) {
    const before = outcomes.answered;
    await step();
    answered.push(outcomes.answered - before);
  }
  await stop();
  expect(outcomes.failures).toEqual([]);
  for (const [index, count] of answered.entries())
    expect(count, `step ${index + 1} ran under load`).toBeGreaterThan(10);
}

test('replaces the key of the gateway without a failed request', { timeout: 240_000 }, async () => {
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

  await runUnderLoad([
    () => accounts.roll(trust(next.publicKey, keys.gateway.publicKey)),
    () => gateways.roll({ ...environment(), IDENTITY_KEY: next.privateKey }),
    () => accounts.roll(trust(next.publicKey)),
  ]);
  expect([await statuses(keys.gateway.privateKey), await statuses(next.privateKey)]).toEqual([
    [401, 401],
    [200, 200],
  ]);
});

/** The arguments of npm run provision in the steps of the page, in their order. */
function readSteps(): string[][] {
  const page = readFileSync('docs/rotation.md', 'utf8').split('\n## Database passwords\n')[1] ?? '';
  const lines = page.matchAll(
    /^ *node --env-file=\/etc\/tributary\/provision\.env commands\/provision\.ts (.+)$/gm,
  );
  return [...lines].map(([, args = '']) => args.replaceAll('/etc/tributary', folder).split(' '));
}

const { runtime, owner, admin } = getDatabaseKeys('accounts');
type Passwords = 'of the deployment' | 'changed' | 'changed again';

/** The URLs of the first logins. */
function buildUrls(passwords: Passwords): Variables {
  const urls = urlsOf('accounts');
  if (passwords === 'of the deployment') return { [runtime]: urls.runtime, [owner]: urls.owner };
  const change = (url: string) => Object.assign(new URL(url), { password: passwords }).href;
  return { [runtime]: change(urls.runtime), [owner]: change(urls.owner) };
}

async function provision(args: readonly string[], passwords: Passwords): Promise<void> {
  const variables = { ...buildUrls(passwords), [admin]: urlsOf('accounts').admin };
  const { status, stderr } = await runCommand('provision', args, variables);
  expect({ status, stderr }, args.join(' ')).toEqual({ status: 0, stderr: '' });
}

/** The roles by which the instances of accounts are signed in. */
async function readLogins(): Promise<string[]> {
  const sql = `SELECT DISTINCT usename::text AS role FROM pg_stat_activity WHERE application_name ~ '^tributary accounts '`;
  return (await query(urlsOf('accounts').admin, sql)).map(({ role }) => role);
}

test('changes both passwords of accounts without a failed request', { timeout: 240_000 }, async () => {
  const [add, change, drop, ...more] = readSteps() as [string[], string[], string[]];
  expect([more, change, drop]).toEqual([[], ['accounts'], ['accounts', '--drop-second-login']]);
  const file = join(folder, 'accounts-b.env');
  const roll = (urls: Variables) => accounts.roll({ ...trust(next.publicKey), ...urls });
  await runUnderLoad([
    () => provision(add, 'of the deployment'),
    async () => {
      await roll(parseEnv(readFileSync(file, 'utf8')) as Variables);
      expect(await readLogins()).toEqual(['accounts_b']);
    },
    // Repeated, while every instance signs in by the second logins.
    () => provision(add, 'of the deployment'),
    () => provision(change, 'changed'),
    async () => {
      await roll(buildUrls('changed'));
      expect(await readLogins()).toEqual(['accounts']);
    },
    () => provision(drop, 'changed'),
  ]);
  for (const url of Object.values(buildUrls('of the deployment')))
    await expect(query(url, 'SELECT')).rejects.toThrow('password authentication failed');
});

test('a process whose password is changed under it says so once, and recovers by a restart with the new one', async () => {
  const instance = await start('accounts', { ...trust(next.publicKey), ...buildUrls('changed') });
  expect((await instance.readiness()).status).toBe(200);
  await provision(['accounts'], 'changed again');
  const { admin: adminUrl } = urlsOf('accounts');
  await query(adminUrl, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'accounts'`);
  const problem = expect.stringMatching(
    /^ACCOUNTS_DATABASE_URL: the database refuses its role or password, .+rotation\.md#/,
  );
  await expect
    .poll(async () => (await instance.readiness()).body.database, { timeout: 20_000 })
    .toEqual({ up: false, latencyMs: null, login: problem });
  expect((await instance.readiness()).status).toBe(503);
  expect(await instance.stop()).toBe(0);
  const said = instance
    .output()
    .split('\n')
    .filter((line) => line.includes('refuses its role or password'));
  expect(said).toHaveLength(1);
  expect(said.join()).not.toMatch(/127\.0\.0\.1|changed/);

  const restarted = await start('accounts', { ...trust(next.publicKey), ...buildUrls('changed again') });
  await waitUntilReady(new URL('/health/ready', restarted.url).href, restarted);
  expect(await restarted.stop()).toBe(0);
});
