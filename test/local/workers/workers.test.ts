// npm start with WORKERS=2: two processes answer at one port, as one graph. Here one of them is killed while people buy.

import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '../../../local/postgres/cluster.ts';
import { computePause } from '../../../local/workers/workers.ts';
import { isAlive } from '../../../platform/process/is-alive.ts';
import { type RunningProcess, startProcess, waitForOutput } from '../../support/processes.ts';
import { required } from '../../support/required.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { operatorToken, readHealth } from '../../support/viewers.ts';

const folder = temporaryFolder();
let started: RunningProcess | undefined;
let origin = '';
let token = '';

beforeAll(async () => {
  const port = await findFreePort();
  origin = `http://127.0.0.1:${port}`;
  const variables = {
    DATA_DIR: folder,
    PORT: String(port),
    WORKERS: '2',
    PURCHASES_SWEEP_MS: '50',
    OPERATOR_TOKEN: operatorToken,
  };
  started = startProcess(['commands/start.ts'], variables);
  const output = await waitForOutput(started, 'One query, four databases');
  token = /Bearer (\S+)'/.exec(output)?.[1] ?? '';
}, 60_000);
afterAll(async () => {
  await started?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const running = () => required(started, 'it runs between beforeAll and afterAll');

/** The workers' process ids. (PostgreSQL is not among them: it is no child of the start process.) */
function workers(): number[] {
  return execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(running().child.pid)], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .filter((line) => !line.includes('tributary-guard'))
    .map((line) => Number.parseInt(line, 10));
}

async function health(): Promise<{ status: string; workers: unknown }> {
  // Each request opens a connection of its own, so that the workers answer in turns.
  const response = await readHealth(origin, { connection: 'close' });
  return (await response.json()) as { status: string; workers: unknown };
}

/** Asks as a client must: what breaks off is asked again, a few times. Throws for an error that the graph answers. */
async function ask(query: string, variables = {}, attempts = 5): Promise<Record<string, unknown>> {
  const asked = fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, connection: 'close' },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(5_000),
  });
  try {
    const { data, errors } = (await (await asked).json()) as {
      data?: Record<string, unknown>;
      errors?: unknown;
    };
    expect(errors).toBeUndefined();
    return required(data, 'an answer without errors has data');
  } catch (cause) {
    // Not what was answered: that no answer came.
    if (attempts === 1 || !(cause instanceof TypeError || cause instanceof DOMException)) throw cause;
    await sleep(50);
    return ask(query, variables, attempts - 1);
  }
}

const catalogue = '{ products(first: 12) { edges { node { id stock } } } }';
const purchase = 'mutation ($input: PurchaseInput!) { purchase(input: $input) { id status cancelReason } }';

/** A product that everybody can have. */
async function plenty(): Promise<string> {
  const data = await ask(catalogue);
  const { edges } = data.products as { edges: { node: { id: string; stock: number } }[] };
  const [most] = edges.map(({ node }) => node).toSorted((one, other) => other.stock - one.stock);
  return most?.id ?? '';
}

/** Buys one of it, and asks under the same key until the purchase has ended: its id, and how. */
async function buy(productId: string): Promise<{ id: string; end: string }> {
  const lines = [{ productId, quantity: 1 }];
  const input = { lines, paymentToken: 'tok_approve', idempotencyKey: randomUUID() };
  for (;;) {
    const data = await ask(purchase, { input });
    const { id, status, cancelReason } = data.purchase as Record<string, string>;
    if (status === 'COMPLETED' || status === 'CANCELLED')
      return { id: id ?? '', end: cancelReason ?? status };
  }
}

/** References in the journal of the sandbox provider, of which there is one for all workers. */
function journal(event: string): string[] {
  return readFileSync(join(folder, 'sandbox-provider', 'journal.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; reference: string })
    .filter((entry) => entry.event === event)
    .map(({ reference }) => reference);
}

test('is ready once, says so once, and reports the number of running workers in its health', async () => {
  const output = running().output();
  expect(output.match(/ready after/g)).toHaveLength(1);
  expect(output).toContain(`2 workers answer at ${origin}/graphql`);
  expect(workers()).toHaveLength(2);
  expect(await health()).toMatchObject({ status: 'ready', workers: { wanted: 2, running: 2 } });
});

test('keeps running when a worker is killed: every purchase ends once, and another worker takes its place', async () => {
  const productId = await plenty();
  const [victim = 0, survivor = 0] = workers();
  let ended = 0;
  const reader = async () => {
    while (ended < 24) await ask(catalogue);
  };
  const reading = reader();
  const buying = Array.from({ length: 24 }, async () => {
    const bought = await buy(productId);
    ended += 1;
    // The fourth that ends takes a worker with it, and twenty are under way.
    if (ended === 4) process.kill(victim, 'SIGKILL');
    return bought;
  });
  const purchases = await Promise.all(buying);
  await reading;
  expect(new Set(purchases.map(({ id }) => id)).size).toBe(24);
  // No part stores card tokens: when a worker dies before it authorizes the card, the customer has to try again.
  const ends = purchases.map(({ end }) => end);
  expect(ends.filter((end) => end !== 'INTERRUPTED' && end !== 'COMPLETED')).toEqual([]);
  const charged = journal('authorized');
  expect(charged.length).toBeGreaterThanOrEqual(ends.filter((end) => end === 'COMPLETED').length);
  expect(new Set(charged).size, 'each is charged once').toBe(charged.length);
  expect(running().output()).toContain('a worker ended; another takes its place');

  await expect.poll(health, { timeout: 20_000 }).toMatchObject({ workers: { wanted: 2, running: 2 } });
  const after = workers();
  expect(after).toHaveLength(2);
  expect(after).toContain(survivor);
  expect(after).not.toContain(victim);
});

test('ends the workers when a start fails, and says why once', async () => {
  // The workers have been started when PostgreSQL refuses a folder that is not its own.
  mkdirSync(join(folder, 'foreign', 'postgres'), { recursive: true });
  const variables = {
    DATA_DIR: join(folder, 'foreign'),
    PORT: String(await findFreePort()),
    WORKERS: '2',
  };
  // The workers inherit the streams of this process, so spawnSync would wait for workers that still run.
  const { status, stderr } = spawnSync(process.execPath, ['commands/start.ts'], {
    env: variables,
    encoding: 'utf8',
    timeout: 30_000,
  });
  expect(stderr).toMatch(/^\S+ holds no PostgreSQL database that can be read\. [^\n]*\n$/);
  expect(status).toBe(1);
});

test('waits longer before each replacement of a worker that keeps ending, up to a maximum, and starts over after a quiet time', () => {
  let pauseMs = 0;
  const pauses = Array.from({ length: 10 }, () => {
    pauseMs = computePause(pauseMs, 500);
    return pauseMs;
  });
  expect(pauses).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000, 10_000]);
  expect(computePause(10_000, 31_000)).toBe(100);
});

test('ends all processes at SIGTERM, after they have answered the running requests', async () => {
  const postmaster = Number(readFileSync(join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  const all = workers();
  const charged = journal('authorized').length;
  const { promise: asked, resolve: isAsked } = Promise.withResolvers<void>();
  const productId = await plenty();
  // Begun, and not yet answered, when the signal comes.
  const underWay = buy(productId).then(({ end }) => end);
  const poll = setInterval(() => journal('authorized').length > charged && isAsked(), 1);
  await asked;
  clearInterval(poll);
  const stopping = running().stop('SIGTERM');
  expect(await underWay).toBe('COMPLETED');
  expect(await stopping).toBe(0);
  expect(running().output()).toMatch(/^stopped/m);
  // A stop ends after five seconds and says what it did not wait for (platform/process/lifecycle.ts). On a busy machine a worker or
  // PostgreSQL, which writes its checkpoint, may end a moment later.
  const listAlive = () => [
    ...all.filter((pid) => isAlive(pid, 'start.ts')),
    ...(isAlive(postmaster, 'postgres') ? [postmaster] : []),
  ];
  await expect.poll(listAlive, { timeout: 30_000 }).toEqual([]);
});
