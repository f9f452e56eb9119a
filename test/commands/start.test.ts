// npm start, as a newcomer runs it: a process of its own, an empty folder, a free port. And everything that goes wrong.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { findFreePort } from '../../local/postgres/cluster.ts';
import { isAlive } from '../../platform/process/is-alive.ts';
import { buildEnvironment, type RunningProcess, startProcess, waitUntilReady } from '../support/processes.ts';
import { temporaryFolder } from '../support/temporary.ts';

const root = temporaryFolder();
const running = new Set<RunningProcess>();
afterEach(async () => {
  // Only after a test that failed is anything left.
  for (const one of running) await one.stop();
  running.clear();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Started extends RunningProcess {
  port: number;
  dataDir: string;
}

async function start(dataDir = temporaryFolder(root), args: string[] = [], variables = {}): Promise<Started> {
  const port = await findFreePort();
  const own = { DATA_DIR: dataDir, PORT: String(port), ...variables };
  const started = startProcess(['commands/start.ts', ...args], own);
  running.add(started);
  return { ...started, port, dataDir };
}

let used: string | undefined;
/** The folder of one that ran and was stopped: from the first test, and handed on by each that needs one. */
async function usedFolder(): Promise<string> {
  if (used === undefined) {
    const first = await start();
    await untilSummary(first);
    expect(await first.stop()).toBe(0);
    used = first.dataDir;
  }
  return used;
}

const ready = (started: Started) => waitUntilReady(`http://127.0.0.1:${started.port}/health/ready`, started);

async function untilSummary(started: Started): Promise<string> {
  await ready(started);
  await expect.poll(started.output, { timeout: 20_000 }).toContain('One query, four databases');
  return started.output();
}

async function ask(port: number, query: string, token?: string): Promise<Record<string, unknown>> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query }),
  });
  return ((await response.json()) as { data: Record<string, unknown> }).data;
}

/** The demo bought the newest products: now others are the newest. */
async function changeCatalogue(port: number): Promise<void> {
  const signIn =
    'mutation { createSession(input: { email: "grace@example.com", password: "tributary demo" }) { token } }';
  const { createSession } = await ask(port, signIn);
  const price = '{ amount: "1.00", currency: "EUR" }';
  const create = `mutation { createProduct(input: { sku: "NEW-1", name: "New", description: "New.", price: ${price}, stock: 1 }) { id } }`;
  const { createProduct } = await ask(port, create, (createSession as { token: string }).token);
  expect(createProduct).toEqual({ id: expect.any(String) });
}

function postmaster(dataDir: string): number {
  return Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

/** Starts what is going to give up by itself, and answers what it said. */
function refusal(
  args: string[],
  variables: Record<string, string>,
): { status: number | null; stderr: string; stdout: string } {
  return spawnSync(process.execPath, ['commands/start.ts', ...args], {
    env: buildEnvironment(variables),
    encoding: 'utf8',
    timeout: 30_000,
  });
}

test('starts from nothing, answers the curl of its summary from four databases, and stops cleanly on Ctrl-C', async () => {
  const started = await start();
  const output = await untilSummary(started);
  const curl = output.slice(output.indexOf('curl -s'));
  const answer = JSON.parse(execFileSync('sh', ['-c', curl], { encoding: 'utf8' }));
  expect(answer.errors).toBeUndefined();
  expect(answer.data.me.purchases.edges[0].node).toMatchObject({
    status: 'COMPLETED',
    payment: { status: 'CAPTURED' },
    lines: [{ product: { name: expect.any(String) } }, { product: { name: expect.any(String) } }],
  });

  const pid = postmaster(started.dataDir);
  expect(await started.stop('SIGINT'), started.output()).toBe(0);
  // A stop that has to hurry, on a slow machine, leaves PostgreSQL to its guard and says so.
  await expect.poll(() => isAlive(pid, 'postgres'), { timeout: 20_000 }).toBe(false);
  const hadToHurry = started.output().includes('stopped without waiting');
  expect(existsSync(join(started.dataDir, 'used-by.pid')) && !hadToHurry).toBe(false);
  used = started.dataDir;
});

test('keeps its data after a kill -9, and makes the demo purchase once', async () => {
  const first = await start(await usedFolder());
  await untilSummary(first);
  await changeCatalogue(first.port);
  const orphan = postmaster(first.dataDir);
  await first.stop('SIGKILL');

  const second = await start(first.dataDir);
  const output = await untilSummary(second);
  expect(isAlive(orphan, 'postgres')).toBe(false);
  const token = /Bearer (\S+)'/.exec(output)?.[1];
  const { me } = await ask(second.port, '{ me { purchases { edges { node { status } } } } }', token);
  expect(me).toEqual({ purchases: { edges: [{ node: { status: 'COMPLETED' } }] } });
  const url = `http://127.0.0.1:${second.port}/health/ready`;
  const authorization = /details: authorization: (Bearer \S+)/.exec(output)?.[1] ?? '';
  expect(await (await fetch(url)).json()).toEqual({ status: 'ready' });
  const health = await fetch(url, { headers: { authorization } });
  expect(await health.json()).toMatchObject({
    status: 'ready',
    dependencies: {
      products: {
        up: true,
        database: { up: true, latencyMs: expect.any(Number) },
        migrations: { pending: [] },
      },
    },
  });

  // While a process runs, it owns its folder. A process number that another program has now locks no folder.
  const third = refusal([], { DATA_DIR: first.dataDir, PORT: String(await findFreePort()) });
  expect(third.stderr).toMatch(
    /is in use by another Tributary \(process \d+\)\. Stop that one, or set DATA_DIR/,
  );
  expect(third.status).toBe(1);
  expect(await second.stop(), second.output()).toBe(0);
});

test('starts when another program has the pid of a stale postmaster.pid', async () => {
  const dataDir = await usedFolder();
  writeFileSync(join(dataDir, 'postgres', 'postmaster.pid'), `${process.pid}\n/nowhere\n0\n5432\n`);
  const second = await start(dataDir);
  await untilSummary(second);
  expect(await second.stop(), second.output()).toBe(0);
});

test('stops at once and leaves nothing behind when it is interrupted while starting', async () => {
  const started = await start();
  await expect.poll(started.output, { timeout: 20_000, interval: 5 }).toContain('PostgreSQL 18 runs');
  const pid = postmaster(started.dataDir);
  expect(await started.stop('SIGINT'), started.output()).toBe(0);
  // A stop that hurries leaves PostgreSQL to its guard, which ends it.
  await expect.poll(() => isAlive(pid, 'postgres'), { timeout: 20_000 }).toBe(false);
});

test('says what to do about a corrupt data folder, does not change it, and replaces it with --fresh', async () => {
  const dataDir = temporaryFolder(root);
  mkdirSync(join(dataDir, 'postgres'));
  writeFileSync(join(dataDir, 'postgres', 'my-thesis.txt'), 'keep me');
  const { status, stderr } = refusal([], { DATA_DIR: dataDir, PORT: String(await findFreePort()) });
  expect(stderr).toMatch(
    /holds no PostgreSQL database that can be read\. Begin anew with: npm start -- --fresh/,
  );
  expect(status).toBe(1);
  expect(existsSync(join(dataDir, 'postgres', 'my-thesis.txt'))).toBe(true);
  expect(existsSync(join(dataDir, 'used-by.pid'))).toBe(false);

  const started = await start(dataDir, ['--fresh']);
  await untilSummary(started);
  expect(await started.stop()).toBe(0);
});

test('says why PostgreSQL does not start on a damaged cluster', async () => {
  const dataDir = await usedFolder();
  rmSync(join(dataDir, 'postgres', 'global', 'pg_control'));
  const { status, stderr } = refusal([], { DATA_DIR: dataDir, PORT: String(await findFreePort()) });
  expect(stderr).toMatch(/^PostgreSQL does not start in .*\. Begin anew with: npm start -- --fresh .*\n$/);
  expect(status).toBe(1);
});

test('names every invalid variable at once, and an unknown argument', async () => {
  const { status, stderr } = refusal([], {
    PORT: 'many',
    LOG_LEVEL: 'loud',
    CORS_ORIGINS: 'shop.example',
    DATA_DIR: root,
  });
  expect(status).toBe(1);
  for (const name of ['PORT', 'LOG_LEVEL', 'CORS_ORIGINS']) expect(stderr).toContain(`  - ${name}: `);
  expect(refusal(['--frsh'], { DATA_DIR: root })).toMatchObject({
    status: 2,
    stderr: `npm start does not know "--frsh"; it takes: --fresh, and the name of one subgraph to start alone\n`,
  });
});
