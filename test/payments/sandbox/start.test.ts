// The sandbox provider as a process of its own: started, killed, started again.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, test } from 'vitest';
import { newId } from '../../../platform/values/uuid.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const folder = temporaryFolder();
const file = resolve(import.meta.dirname, '../../../subgraphs/payments/sandbox/start.ts');
const started: ChildProcess[] = [];

afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const working = { DATA_DIR: folder, PAYMENTS_SANDBOX_PORT: '0', PAYMENTS_PROVIDER_KEY: 'key' };

function start(environment: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, [file], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  return child;
}

/** Reads the URL of the sandbox from its log. */
async function urlOf({ stdout }: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: stdout ?? process.stdin })) {
    const { msg, url } = JSON.parse(line);
    if (msg === 'ready') return url;
  }
  throw new Error('it ended before it was ready');
}

test('keeps its books when it is killed, and exits with 0 after SIGTERM', async () => {
  const headers = { authorization: 'Bearer key', 'content-type': 'application/json' };
  const body = JSON.stringify({ reference: newId(), amount: '1.00', currency: 'EUR', token: 'tok_approve' });
  const first = start(working);
  const charged = await fetch(`${await urlOf(first)}/charges`, { method: 'POST', headers, body });
  const charge = await charged.json();
  first.kill('SIGKILL');
  await once(first, 'exit');

  const second = start(working);
  const books = await fetch(`${await urlOf(second)}/charges`, { headers });
  expect(await books.json()).toEqual({ charges: [charge] });
  second.kill('SIGTERM');
  expect(await once(second, 'exit')).toEqual([0, null]);
});

test('refuses to share its journal with a second process, until the first one has ended in any way', async () => {
  const first = start(working);
  await urlOf(first);
  expect(await failureOf(start(working))).toContain(
    `DATA_DIR: ${join(folder, 'sandbox-provider')} is in use by another sandbox provider`,
  );
  // A process that is killed removes no file and ends no claim itself, and its id may belong to another process next.
  first.kill('SIGKILL');
  await once(first, 'exit');
  const second = start(working);
  await urlOf(second);
  second.kill('SIGTERM');
  expect(await once(second, 'exit')).toEqual([0, null]);
});

test('says in one sentence which variable is missing or which port is taken', async () => {
  const { PAYMENTS_PROVIDER_KEY: _key, ...withoutKey } = working;
  expect(await failureOf(start(withoutKey))).toContain('PAYMENTS_PROVIDER_KEY: is missing');
  const withoutSecret = { ...working, PAYMENTS_SANDBOX_WEBHOOK_URL: 'http://127.0.0.1:1/events' };
  expect(await failureOf(start(withoutSecret))).toContain('PAYMENTS_WEBHOOK_SECRET: is missing');
  const url = new URL(await urlOf(start(working)));
  const taken = start({ ...working, DATA_DIR: join(folder, 'other'), PAYMENTS_SANDBOX_PORT: url.port });
  expect(await failureOf(taken)).toContain(`PAYMENTS_SANDBOX_PORT: ${url.port} is taken`);
});

async function failureOf(child: ChildProcess): Promise<string> {
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  expect(await once(child, 'close')).toEqual([1, null]);
  return said;
}
