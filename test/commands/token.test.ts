// npm run token: a header to paste, which a subgraph that trusts the key believes.
import { expect, test } from 'vitest';
import { createVerifier, newKeyPair, readTrust } from '../../platform/identity/signed-identity.ts';
import type { Viewer } from '../../platform/identity/viewer.ts';
import { newId } from '../../platform/values/uuid.ts';
import { runCommand } from '../support/commands.ts';

const { privateKey, publicKey } = newKeyPair();
const token = (args: readonly string[]) => runCommand('token', args, { IDENTITY_KEY: privateKey });
const trust = readTrust(`gateway=${publicKey}`);

const accountId = newId();
const account = { kind: 'account', sessionId: expect.any(String) };
const viewers: [string, string[], unknown][] = [
  ['an anonymous visitor', [], { kind: 'anonymous' } satisfies Viewer],
  ['a customer', [accountId], { ...account, accountId, roles: ['CUSTOMER'] }],
  ['staff', ['staff'], { ...account, accountId: expect.any(String), roles: ['CUSTOMER', 'STAFF'] }],
  ['the gateway itself', ['service'], { kind: 'service', name: 'gateway' } satisfies Viewer],
];

test.each(viewers)('prints a header that one subgraph accepts as %s', async (_who, who, viewer) => {
  const { status, stdout, stderr } = await token(['products', ...who]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const [, printed = ''] = /^authorization: Bearer (\S+)\n$/.exec(stdout) ?? [];
  expect(await createVerifier('products', trust)(printed)).toEqual(viewer);
  await expect(createVerifier('payments', trust)(printed)).rejects.toThrow();
});

test('prints its usage for unknown arguments, and the known names for an unknown name', async () => {
  const usage = {
    status: 2,
    stdout: '',
    stderr: 'usage: npm run token -- <subgraph> [<account id> | staff | service]\n',
  };
  const [withoutArguments, withTooMany, unknownViewer, unknownSubgraph] = await Promise.all([
    token([]),
    token(['products', 'staff', 'service']),
    token(['products', 'ada']),
    token(['nothing']),
  ]);
  expect(withoutArguments).toEqual(usage);
  expect(withTooMany).toEqual(usage);
  expect(unknownViewer).toEqual({
    status: 1,
    stdout: '',
    stderr: '"ada" is neither an account id nor "staff" nor "service"\n',
  });
  expect(unknownSubgraph).toMatchObject({ status: 1, stdout: '' });
  expect(unknownSubgraph.stderr).toMatch(
    /^There is no subgraph "nothing" in supergraph\.yaml\. It has: .*products/,
  );
});

test.each([
  ['is missing', {}],
  ['is no Ed25519 private key', { IDENTITY_KEY: publicKey }],
])('says that IDENTITY_KEY %s, and how to make one', async (problem, variables: Record<string, string>) => {
  expect(await runCommand('token', ['products'], variables)).toEqual({
    status: 1,
    stdout: '',
    stderr: `The environment is not usable:\n  - IDENTITY_KEY: ${problem}; make a new one with: npm run keys\n`,
  });
});
