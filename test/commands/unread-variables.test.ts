// Each process warns, when it starts, of variables that it does not read: as lines of its log, or as text for people.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, inject, test } from 'vitest';
import { findFreePort } from '../../local/postgres/cluster.ts';
import { newKeyPair } from '../../platform/identity/signed-identity.ts';
import { getDatabaseKeys } from '../../platform/process/database-urls.ts';
import { copyProject, runCommand } from '../support/commands.ts';
import { cloneDatabase } from '../support/databases.ts';
import { type RunningProcess, readLines, startProcess, waitForOutput } from '../support/processes.ts';
import { temporaryFolder } from '../support/temporary.ts';

const root = temporaryFolder();
afterAll(() => rmSync(root, { recursive: true, force: true }));

const file = join(root, 'variables.env');
const value = 'a-value-that-no-log-may-have';
const { privateKey, publicKey } = newKeyPair();
const misspelt = 'ACCOUNTS_SESION_DAYS: nothing reads it. Did you mean "ACCOUNTS_SESSION_DAYS"?';
const workers = 'WORKERS: this process does not read it, only `npm start` of the whole graph does';

/** The warnings of a process until it is ready, and its exit code after that. */
async function collectWarnings(running: RunningProcess) {
  await waitForOutput(running, '"msg":"ready"').catch(async (cause) => {
    await running.stop();
    throw cause;
  });
  const code = await running.stop();
  const lines = readLines(running);
  const start = lines.slice(
    0,
    lines.findIndex(({ msg }) => msg === 'ready'),
  );
  expect(running.output()).not.toContain(value);
  return { code, warnings: start.filter(({ level }) => level === 40).map(({ msg }) => msg) };
}

test('the gateway warns of the variables of its file and of its environment', async () => {
  writeFileSync(file, `CATALOGUE_SECRET=${value}\nTZ=UTC\nIDENTITY_KEY=${privateKey}\n`);
  const variables = { HOST: '127.0.0.1', PORT: '0', WORKERS: '2', TRUSTED_PROXY: value, MAX_DEPHT: value };
  const running = startProcess([`--env-file=${file}`, 'commands/gateway.ts'], variables);
  expect(await collectWarnings(running)).toEqual({
    code: 0,
    warnings: [
      expect.stringMatching(/^CATALOGUE_SECRET: nothing reads it\./),
      'TRUSTED_PROXY: nothing reads it. Did you mean "TRUSTED_PROXIES"?',
      'MAX_DEPHT: nothing reads it.',
      workers,
    ],
  });
});

test('a subgraph warns of the variables of its environment, and not of those that Kubernetes sets', async () => {
  const { urls, drop } = await cloneDatabase({ adminUrl: inject('adminUrl'), name: 'accounts' });
  const keys = getDatabaseKeys('accounts');
  const running = startProcess(['commands/subgraph.ts', 'accounts'], {
    PORT: String(await findFreePort()),
    [keys.runtime]: urls.runtime,
    [keys.owner]: urls.owner,
    IDENTITY_TRUST: `gateway=${publicKey}`,
    WORKERS: '2',
    ACCOUNTS_SESION_DAYS: value,
    PRODUCTS_SERVICE_HOST: '10.0.0.1',
  });
  expect(await collectWarnings(running)).toEqual({ code: 0, warnings: [misspelt, workers] });
  await drop();
});

test.each([
  ['token', ['accounts'], 0],
  ['migrate', ['accounts', 'status'], 1],
  ['provision', ['accounts', '--print'], 0],
  ['staff', ['nobody@example.com'], 1],
])('npm run %s warns on standard error, before it does anything', async (name, args, status) => {
  const keys = getDatabaseKeys('accounts');
  // No server listens on port 1.
  const url = 'postgresql://accounts:password@127.0.0.1:1/accounts';
  const variables = { ACCOUNTS_SESION_DAYS: value, IDENTITY_KEY: privateKey, WORKERS: '2' };
  const own = { ...variables, [keys.runtime]: url, [keys.owner]: url };
  const { stdout, stderr, ...ended } = await runCommand(name, args, own);
  expect(ended).toEqual({ status });
  expect(stderr.split('\n')[0]).toBe(`WARNING: ${misspelt}`);
  expect(stdout + stderr).not.toContain(value);
  expect(stdout).not.toContain('WARNING');
});

test('npm start tells people of the variables of .env, before it starts anything', async () => {
  const project = copyProject(join(root, 'project'));
  writeFileSync(
    join(project, '.env'),
    `ACCOUNTS_SESION_DAYS=${value}\nCATALOGUE_SECRET=${value}\nWORKERS=2\n`,
  );
  const variables = { DATA_DIR: join(root, 'data'), PORT: String(await findFreePort()), SUPERGRAPH: value };
  const running = startProcess(['commands/start.ts'], variables, project);
  const supergraph = 'WARNING: SUPERGRAPH: this process does not read it, only `npm run gateway` does\n';
  await waitForOutput(running, supergraph);
  expect(await running.stop()).toBe(0);
  const [first, second, ...more] = running.output().split(/^(?=WARNING: )/m);
  expect([first, more[0]?.startsWith(supergraph), more.length]).toEqual([`WARNING: ${misspelt}\n`, true, 1]);
  expect(second).toMatch(/^WARNING: CATALOGUE_SECRET: nothing reads it\./);
  expect(running.output()).not.toContain(value);
});
