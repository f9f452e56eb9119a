// In production no container starts with missing or public secrets: its command reports all of them by name and ends before it
// opens a port.
import { once } from 'node:events';
import { expect, inject, test } from 'vitest';
import { findFreePort } from '../../local/postgres/cluster.ts';
import { newKeyPair } from '../../platform/identity/signed-identity.ts';
import { getDatabaseKeys } from '../../platform/process/database-urls.ts';
import { cloneDatabase } from '../support/databases.ts';
import { readLines, startProcess, waitUntilReady } from '../support/processes.ts';
import { required } from '../support/required.ts';
import { readCompose, type Variables } from './compose-file.ts';

const { services } = readCompose({ NODE_ENV: 'production' });

const isWeak =
  'its password is weak: production needs at least 16 characters, and not the password of development';
const isPublic = 'which is public; make a new one with: npm run keys';

/** Runs the command of a container, with its own or other variables, until it ends, and returns the problems that it reports. */
async function readProblems(
  name: string,
  environment?: Variables,
): Promise<{ code: number | null; problems: string[] }> {
  const service = required(services[name], `docker-compose.yml has a service "${name}"`);
  const running = startProcess(service.command.slice(1), { ...(environment ?? service.environment) });
  const [code] = await once(running.child, 'close');
  const [line, ...more] = readLines(running);
  expect(more).toEqual([]);
  expect(line).toMatchObject({ level: 60, msg: expect.stringMatching(/^The environment is not usable:\n/) });
  return { code, problems: line?.problems as string[] };
}

test.concurrent('the gateway refuses the development key', async () => {
  const problems = [`IDENTITY_KEY: is the development key, ${isPublic}`];
  expect(await readProblems('gateway')).toEqual({ code: 1, problems });
});

test.concurrent('a subgraph refuses the development passwords and keys, and demo data', async () => {
  expect(await readProblems('purchases')).toEqual({
    code: 1,
    problems: [
      'DEMO_DATA: must not be anywhere in production: the password of the demo accounts is public',
      `PURCHASES_DATABASE_URL: ${isWeak}`,
      `PURCHASES_OWNER_DATABASE_URL: ${isWeak}`,
      `IDENTITY_TRUST: the key of "gateway" is the development key, ${isPublic}`,
      `IDENTITY_KEY: is the development key, ${isPublic}`,
    ],
  });
});

test.concurrent('provisioning refuses the development passwords, including the superuser’s', async () => {
  expect(await readProblems('products-provision')).toEqual({
    code: 1,
    problems: ['', 'OWNER_', 'ADMIN_'].map((role) => `PRODUCTS_${role}DATABASE_URL: ${isWeak}`),
  });
});

const urlRemedy =
  'set it to the URL under which this process reaches that subgraph, like http://host:4001/graphql';

test.concurrent('a container reports all missing variables, and takes no address of development for one of them', async () => {
  const { code, problems } = await readProblems('purchases', {
    NODE_ENV: 'production',
    PURCHASES_ENGINE: 'restate',
  });
  // Where the packages of Restate are installed, nothing else is wrong with the engine.
  expect(
    problems.filter((problem) => !problem.startsWith('PURCHASES_ENGINE: restate is not installed')),
  ).toEqual([
    'PURCHASES_DATABASE_URL: is missing',
    'PURCHASES_OWNER_DATABASE_URL: is missing',
    'PORT: is missing, and so is PURCHASES_URL, which has it too; set one of them: PORT to the port to listen on',
    'IDENTITY_TRUST: is missing; make a new one with: npm run keys',
    'IDENTITY_KEY: is missing; make a new one with: npm run keys',
    `PRODUCTS_URL: is missing; ${urlRemedy}`,
    `PAYMENTS_URL: is missing; ${urlRemedy}`,
    'PURCHASES_RESTATE_INGRESS_URL: is missing',
    'PURCHASES_RESTATE_ADMIN_URL: is missing',
    'PURCHASES_RESTATE_URL: is missing',
  ]);
  expect(code).toBe(1);
});

test.concurrent('the gateway needs its key and the URL of every subgraph, and a subgraph those of its peers only', async () => {
  expect(await readProblems('gateway', { NODE_ENV: 'production' })).toEqual({
    code: 1,
    problems: [
      'IDENTITY_KEY: is missing; make a new one with: npm run keys',
      `ACCOUNTS_URL: is missing; ${urlRemedy}`,
      `PRODUCTS_URL: is missing; ${urlRemedy}`,
      `PAYMENTS_URL: is missing; ${urlRemedy}`,
      `PURCHASES_URL: is missing; ${urlRemedy}`,
    ],
  });
  const { problems } = await readProblems('accounts', { NODE_ENV: 'production', PORT: '4001' });
  expect(problems.map((problem) => problem.split(':', 1)[0])).toEqual([
    'ACCOUNTS_DATABASE_URL',
    'ACCOUNTS_OWNER_DATABASE_URL',
    'IDENTITY_TRUST',
  ]);
});

test.concurrent('payments refuses to start without a provider, and with the development secrets of the provider', async () => {
  const database = await cloneDatabase({ adminUrl: inject('adminUrl'), name: 'payments' });
  const keys = getDatabaseKeys('payments');
  const strong = {
    NODE_ENV: 'production',
    LOG_LEVEL: 'silent',
    PORT: '4003',
    [keys.runtime]: database.urls.runtime,
    [keys.owner]: database.urls.owner,
    IDENTITY_TRUST: `gateway=${newKeyPair().publicKey}`,
  };
  try {
    expect(await readProblems('payments', strong)).toEqual({
      code: 1,
      problems: [
        'PAYMENTS_PROVIDER_URL: is missing',
        'PAYMENTS_PROVIDER_KEY: is missing',
        'PAYMENTS_WEBHOOK_SECRET: is missing',
      ],
    });
    const { environment } = required(services.payments, 'there are payments');
    const provider = Object.entries(environment).filter(([name]) =>
      /^PAYMENTS_(PROVIDER|SANDBOX|WEBHOOK)/.test(name),
    );
    expect(await readProblems('payments', { ...strong, ...Object.fromEntries(provider) })).toEqual({
      code: 1,
      problems: [
        'PAYMENTS_PROVIDER_URL: is missing',
        ...['PAYMENTS_PROVIDER_KEY', 'PAYMENTS_WEBHOOK_SECRET'].map(
          (name) => `${name}: is weak: production needs 16 characters or more, not the development one`,
        ),
      ],
    });
  } finally {
    await database.drop();
  }
});

test.concurrent('a subgraph starts with its own secrets, and serves no page to explore it', async () => {
  const database = await cloneDatabase({ adminUrl: inject('adminUrl'), name: 'accounts' });
  const keys = getDatabaseKeys('accounts');
  const port = await findFreePort();
  const running = startProcess(['commands/subgraph.ts', 'accounts'], {
    NODE_ENV: 'production',
    LOG_LEVEL: 'error',
    PORT: String(port),
    [keys.runtime]: database.urls.runtime,
    [keys.owner]: database.urls.owner,
    IDENTITY_TRUST: `gateway=${newKeyPair().publicKey}`,
  });
  try {
    await waitUntilReady(`http://127.0.0.1:${port}/health/ready`, running);
    expect((await fetch(`http://127.0.0.1:${port}/graphql`)).status).toBe(404);
  } finally {
    expect(await running.stop(), running.output()).toBe(0);
    await database.drop();
  }
});
