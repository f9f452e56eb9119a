// Each process that machines watch writes nothing but lines of JSON: when it starts, serves, refuses to start and stops.
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { findFreePort } from '../../../local/postgres/cluster.ts';
import { createSigner, newKeyPair, readPrivateKey } from '../../../platform/identity/signed-identity.ts';
import { getDatabaseKeys } from '../../../platform/process/database-urls.ts';
import { newId } from '../../../platform/values/uuid.ts';
import { composeForeign, startStandalone } from '../../gateway/foreign-subgraphs.ts';
import { cloneDatabase } from '../../support/databases.ts';
import {
  type RunningProcess,
  readLines,
  startProcess,
  type Variables,
  waitForOutput,
  waitUntilReady,
} from '../../support/processes.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { operatorToken, readHealth, staff } from '../../support/viewers.ts';

const root = temporaryFolder();
afterAll(() => rmSync(root, { recursive: true, force: true }));

const release = { RELEASE: '4f2a9c1' };
const sayings = (running: RunningProcess) => readLines(running).map(({ msg }) => msg);
const first = {
  msg: 'starting',
  version: expect.stringMatching(/^\d+\.\d+\.\d+/),
  release: '4f2a9c1',
  node: process.version,
};

/** Starts a process that is going to refuse, and returns its only line. */
async function refusal(args: readonly string[], variables: Variables) {
  const running = startProcess(args, variables);
  const [code] = await once(running.child, 'close');
  const [line, ...more] = readLines(running);
  expect(more).toEqual([]);
  return { code, line };
}

test('a subgraph: from the start over an act of staff to the stop', async () => {
  const { urls, drop } = await cloneDatabase({ adminUrl: inject('adminUrl'), name: 'accounts' });
  const keys = getDatabaseKeys('accounts');
  const { privateKey, publicKey } = newKeyPair();
  const port = await findFreePort();
  const origin = `http://127.0.0.1:${port}`;
  const running = startProcess(['commands/subgraph.ts', 'accounts'], {
    ...release,
    LOG_LEVEL: 'trace',
    PORT: String(port),
    OPERATOR_TOKEN: operatorToken,
    [keys.runtime]: urls.runtime,
    [keys.owner]: urls.owner,
    IDENTITY_TRUST: `gateway=${publicKey}`,
  });
  try {
    await waitUntilReady(`${origin}/health/ready`, running);
    expect(await (await readHealth(origin)).json()).toMatchObject({
      service: 'accounts',
      release: '4f2a9c1',
    });
    const token = await createSigner('gateway', readPrivateKey(privateKey))('accounts', staff());
    const accountId = newId();
    const traceId = newId().replaceAll('-', '');
    const query = `mutation { changeRoles(accountId: "${accountId}", roles: []) { id } }`;
    const response = await fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
      },
      body: JSON.stringify({ query }),
    });
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'ACCOUNT_NOT_FOUND' } }] });
    expect(await running.stop()).toBe(0);
    const lines = readLines(running);
    expect(lines[0]).toMatchObject(first);
    expect(lines.filter(({ audit }) => audit === true)).toEqual([
      expect.objectContaining({
        act: 'changeRoles',
        on: { accountId },
        outcome: 'ACCOUNT_NOT_FOUND',
        traceId,
      }),
    ]);
    const statements = lines.filter(
      ({ msg, query: sql }) => msg === 'statement' && String(sql).startsWith('UPDATE accounts.account'),
    );
    expect(statements).toEqual([expect.objectContaining({ level: 10, traceId })]);
    expect(sayings(running).slice(-2)).toEqual(['stopping', 'stopped']);
    expect(new Set(lines.map(({ name }) => name))).toEqual(new Set(['accounts']));
  } finally {
    await running.stop();
    await drop();
  }
});

test('the gateway: from the start to the stop', async () => {
  const sdl = 'type Query { hello: String }';
  const subgraphs = [{ name: 'greetings', sdl, url: 'http://127.0.0.1:9/graphql' }];
  const running = await startStandalone(composeForeign(subgraphs, 'Apollo'), release);
  expect((await running.ask('{ hello }')).status).toBe(200);
  expect(await running.end()).toBe(0);
  expect(readLines(running)[0]).toMatchObject({ ...first, name: 'gateway' });
  expect(sayings(running)).toEqual(expect.arrayContaining(['ready', 'stopping', 'stopped']));
});

test('the sandbox provider: from the start to the stop, with the warning of Node about what it uses', async () => {
  const running = startProcess(['subgraphs/payments/sandbox/start.ts'], {
    DATA_DIR: root,
    PAYMENTS_SANDBOX_PORT: '0',
    PAYMENTS_PROVIDER_KEY: 'key',
  });
  await waitForOutput(running, '"ready"');
  expect(await running.stop()).toBe(0);
  expect(sayings(running)).toContain('ready');
});

describe('a start that refuses is one line of level 60', () => {
  const environment = { PORT: 'http', LOG_LEVEL: 'silent' };
  const problems = expect.arrayContaining([
    expect.stringMatching(/^PORT: must be/),
    expect.stringMatching(/^LOG_LEVEL: /),
  ]);

  test.each([
    ['gateway', ['commands/gateway.ts']],
    ['accounts', ['commands/subgraph.ts', 'accounts']],
    ['sandbox-provider', ['subgraphs/payments/sandbox/start.ts']],
  ])('%s, with all problems of its settings as a list', async (name, args) => {
    const { code, line } = await refusal(args, { ...environment, LOG_LEVEL: 'loud' });
    expect(line).toMatchObject({
      level: 60,
      name,
      problems,
      msg: expect.stringMatching(/^The environment is not usable:\n/),
    });
    expect(code).toBe(1);
  });

  test.each([
    ['commands/gateway.ts', ['x'], /^usage: npm run gateway/, 2],
    ['commands/subgraph.ts', ['nothing'], /^There is no subgraph "nothing"/, 1],
    ['commands/start.ts', ['--nothing'], /^npm start does not know "--nothing"/, 2],
  ])('%s, also at LOG_LEVEL=silent: its arguments are wrong', async (file, args, msg, exitCode) => {
    const { code, line } = await refusal([file, ...args], { NODE_ENV: 'production', LOG_LEVEL: 'silent' });
    expect(line).toMatchObject({ level: 60, msg: expect.stringMatching(msg) });
    expect(code).toBe(exitCode);
  });
});
