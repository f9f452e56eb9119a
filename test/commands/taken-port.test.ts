// A port that another program has: each process says so before it starts a database, migrates one or connects to anything.
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '../../local/postgres/cluster.ts';
import { newKeyPair } from '../../platform/identity/signed-identity.ts';
import { describeError } from '../../platform/process/lifecycle.ts';
import { runCommand } from '../support/commands.ts';
import { readFatal } from '../support/processes.ts';
import { required } from '../support/required.ts';
import { temporaryFolder } from '../support/temporary.ts';

const root = temporaryFolder();
let taken: Server | undefined;
beforeAll(async () => {
  taken = createServer().listen(await findFreePort(), '127.0.0.1');
  await once(taken, 'listening');
});
afterAll(() => {
  taken?.close();
  rmSync(root, { recursive: true, force: true });
});

const getPort = () => (required(taken, 'it listens').address() as AddressInfo).port;
const sentence = () =>
  new RegExp(
    `^Port ${getPort()} of 127\\.0\\.0\\.1 is in use by another program\\. Stop that program, or set PORT=(\\d+), which is free\\n$`,
  );

/** The port that the sentence proposes. */
function readProposal(said: string): number {
  expect(said).toMatch(sentence());
  return Number(sentence().exec(said)?.[1]);
}

test.each([[[]], [['products']]])('npm start %j says so, and proposes one that is free', async (args) => {
  const dataDir = join(root, 'untouched');
  const variables = { DATA_DIR: dataDir, PORT: String(getPort()) };
  const { status, stderr } = await runCommand('start', args, variables);
  expect(status).toBe(1);
  expect(existsSync(dataDir)).toBe(false);
  const proposed = readProposal(stderr);
  const probe = createServer().listen(proposed, '127.0.0.1');
  await once(probe, 'listening').catch((cause) => expect.unreachable(describeError(cause)));
  probe.close();
});

test('a subgraph says so before it connects to its database', async () => {
  // No server listens on port 1: a connection would be refused with a sentence of its own.
  const url = 'postgresql://accounts:password@127.0.0.1:1/accounts';
  const { status, stderr } = await runCommand('subgraph', ['accounts'], {
    PORT: String(getPort()),
    ACCOUNTS_DATABASE_URL: url,
    ACCOUNTS_OWNER_DATABASE_URL: url,
    IDENTITY_TRUST: `gateway=${newKeyPair().publicKey}`,
  });
  expect(status).toBe(1);
  readProposal(readFatal({ output: () => stderr }));
});

test('the gateway says so before it reads its graph', async () => {
  const variables = { PORT: String(getPort()), SUPERGRAPH: join(root, 'missing.graphql') };
  const { status, stderr } = await runCommand('gateway', [], variables);
  expect(status).toBe(1);
  readProposal(readFatal({ output: () => stderr }));
});
