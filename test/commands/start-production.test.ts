// npm start in production: every setting is judged first, and nothing that is published with the project opens an account.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { findFreePort } from '../../local/postgres/cluster.ts';
import {
  buildEnvironment,
  type RunningProcess,
  readLines,
  startProcess,
  waitForOutput,
} from '../support/processes.ts';
import { temporaryFolder } from '../support/temporary.ts';

const root = temporaryFolder();
const running = new Set<RunningProcess>();
afterEach(async () => {
  // Only after a test that failed is anything left.
  for (const one of running) await one.stop();
  running.clear();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function start(dataDir: string, variables = {}): Promise<RunningProcess & { port: number }> {
  const port = await findFreePort();
  const started = startProcess(['commands/start.ts'], {
    DATA_DIR: dataDir,
    PORT: String(port),
    ...variables,
  });
  running.add(started);
  return { ...started, port };
}

async function untilSummary(started: RunningProcess): Promise<string> {
  await waitForOutput(started, 'Ctrl-C stops everything');
  // The summary ends with an empty line.
  await expect.poll(started.output).toMatch(/\n\n$/);
  return started.output();
}

/** Starts what is going to give up by itself, and returns what it said. */
function refusal(variables: Record<string, string>): { status: number | null; stderr: string } {
  return spawnSync(process.execPath, ['commands/start.ts'], {
    env: buildEnvironment(variables),
    encoding: 'utf8',
    timeout: 30_000,
  });
}

test('judges the settings of every part in production, before anything is started or written', async () => {
  const dataDir = join(root, 'production');
  const { status, stderr } = refusal({
    NODE_ENV: 'production',
    DATA_DIR: dataDir,
    TRUSTED_DOCUMENTS: 'true',
    OPERATIONS_DIR: 'nowhere',
    PAYMENTS_WEBHOOK_SECRET: 'short',
    PURCHASES_ENGINE: 'lines',
    DEMO_DATA: 'true',
  });
  const [line, ...more] = readLines({ output: () => stderr });
  expect(more).toEqual([]);
  expect(line).toMatchObject({ level: 60, name: 'start', msg: expect.stringContaining('is not usable') });
  expect((line as { problems?: string[] }).problems?.map((problem) => problem.split(':')[0])).toEqual([
    'DEMO_DATA',
    'OPERATIONS_DIR',
    'PAYMENTS_PROVIDER_URL',
    'PAYMENTS_PROVIDER_KEY',
    'PAYMENTS_WEBHOOK_SECRET',
    'PURCHASES_ENGINE',
  ]);
  expect(status).toBe(1);
  expect(existsSync(dataDir)).toBe(false);
});

test('in production it writes no demo data, and closes the demo accounts that development has written', async () => {
  const dataDir = temporaryFolder(root);
  const development = await start(dataDir);
  expect(await untilSummary(development)).toContain('tributary demo');
  expect(await development.stop()).toBe(0);
  const secret = 'a secret of sixteen characters';
  const production = {
    NODE_ENV: 'production',
    PAYMENTS_PROVIDER_URL: 'http://127.0.0.1:9',
    PAYMENTS_PROVIDER_KEY: secret,
    PAYMENTS_WEBHOOK_SECRET: secret,
  };
  const started = await start(dataDir, production);
  await waitForOutput(started, '"msg":"ready"');
  expect(started.output()).toContain('demo accounts with the published password exist');
  expect(started.output()).not.toContain('tributary demo');
  const input = 'input: { email: "grace@example.com", password: "tributary demo" }';
  const response = await fetch(`http://127.0.0.1:${started.port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: `mutation { createSession(${input}) { token } }` }),
  });
  expect(await response.json()).toMatchObject({
    data: { createSession: null },
    errors: [{ extensions: { code: 'PASSWORD_PUBLIC' } }],
  });
  expect(await started.stop()).toBe(0);
  const said = readLines(started).map(({ msg }) => msg);
  expect([said[0], ...said.slice(-2)]).toEqual(['starting', 'stopping', 'stopped']);
});
