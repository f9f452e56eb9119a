// npm run keys: what it prints can be put into the environment as it is.
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { readSigner, readVerifier } from '../../platform/identity/identity-keys.ts';
import {
  createSigner,
  createVerifier,
  newKeyPair,
  readPrivateKey,
  readTrust,
} from '../../platform/identity/signed-identity.ts';
import { readEnvironment } from '../../platform/process/environment.ts';
import { readSupergraphMap } from '../../platform/supergraph-map.ts';
import { loadSubgraph } from '../../subgraphs/load.ts';
import { runCommand } from '../support/commands.ts';
import { required } from '../support/required.ts';

/** The key of each service, and the trust they share. */
function read(printed: string): { keys: Record<string, string>; trust: string } {
  const own = printed.matchAll(/^# only for (\w+):\n(IDENTITY_KEY=\S+)\n$/gm);
  const keys = [...own].map(([, service, line = '']) => [service, parseEnv(line).IDENTITY_KEY]);
  const trust = required(parseEnv(printed).IDENTITY_TRUST, 'the trust is printed');
  return { keys: Object.fromEntries(keys), trust };
}

test('makes a key for the gateway and for each subgraph with peers, each trusted for its own name only', async () => {
  const { status, stdout, stderr } = await runCommand('keys', []);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const { keys, trust } = read(stdout);
  const definitions = await Promise.all(readSupergraphMap().subgraphs.map(loadSubgraph));
  const callers = definitions.filter(({ peers = [] }) => peers.length > 0).map(({ name }) => name);
  expect(callers).toEqual(expect.arrayContaining(['products', 'purchases']));
  expect(Object.keys(keys)).toEqual(['gateway', ...callers]);
  const production = (variables: Record<string, string>) =>
    readEnvironment({ NODE_ENV: 'production', ...variables });
  const verify = readVerifier(production({ IDENTITY_TRUST: trust }), 'products');
  for (const [name, IDENTITY_KEY] of Object.entries(keys)) {
    const signAs = (service: string) => readSigner(production({ IDENTITY_KEY }), service);
    const viewer = { kind: 'service', name } as const;
    expect(await verify(await signAs(name)('products', viewer))).toEqual(viewer);
    const another = name === 'gateway' ? 'purchases' : 'gateway';
    await expect(verify(await signAs(another)('products', viewer))).rejects.toThrow();
  }
});

test('makes keys for the named services, and new keys each time', async () => {
  const [first, second] = await Promise.all([1, 2].map(() => runCommand('keys', ['gateway', 'reviews'])));
  const [one, other] = [read(first?.stdout ?? ''), read(second?.stdout ?? '')];
  expect(Object.keys(one.keys)).toEqual(['gateway', 'reviews']);
  expect(one.trust).toMatch(/^gateway=[\w-]+,reviews=[\w-]+$/);
  const made = [one, other].flatMap(({ keys, trust }) => [...Object.values(keys), trust]);
  expect(new Set(made).size).toBe(6);
});

test('prints the variables of the three steps in which a key replaces another', async () => {
  const old = { gateway: newKeyPair(), purchases: newKeyPair() };
  const before = `purchases=${old.purchases.publicKey}, gateway=${old.gateway.publicKey}`;
  const { status, stdout } = await runCommand('keys', ['--add', 'gateway'], { IDENTITY_TRUST: before });
  expect(status).toBe(0);
  const [both = '', key = '', after = ''] = [...stdout.matchAll(/^IDENTITY_\w+=(.+)$/gm)].map(
    ([, value]) => value,
  );
  const token = (service: string, privateKey: string) =>
    createSigner(service, readPrivateKey(privateKey))('accounts', { kind: 'service', name: service });
  const verifies = async (trust: string, service: string, privateKey: string) =>
    createVerifier(
      'accounts',
      readTrust(trust),
    )(await token(service, privateKey)).then(
      () => true,
      () => false,
    );
  const accepted = (trust: string) =>
    Promise.all([
      verifies(trust, 'gateway', old.gateway.privateKey),
      verifies(trust, 'gateway', key),
      verifies(trust, 'purchases', old.purchases.privateKey),
    ]);
  expect(await accepted(before)).toEqual([true, false, true]);
  expect(await accepted(both)).toEqual([true, true, true]);
  expect(await accepted(after)).toEqual([false, true, true]);
});

test.each([
  [
    'products',
    `gateway=${newKeyPair().publicKey}`,
    'IDENTITY_TRUST: has no key of "products" that a new one could replace; it has those of gateway\n',
  ],
  ['gateway', '', 'IDENTITY_TRUST: is missing. It has the keys of today'],
  ['gateway', 'gateway=nonsense', 'IDENTITY_TRUST: the entry of "gateway" holds no Ed25519 public key'],
])('adds no key for %s where IDENTITY_TRUST is %.16s…', async (service, IDENTITY_TRUST, problem) => {
  const { status, stdout, stderr } = await runCommand('keys', ['--add', service], { IDENTITY_TRUST });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain(problem);
});

test.each([
  [['--help']],
  [['gateway,purchases']],
  [['gateway', 'gateway']],
  [['--add']],
  [['--add', 'gateway', 'purchases']],
])('answers names that cannot stand in a trust list with its usage: %j', async (args) => {
  expect(await runCommand('keys', args)).toEqual({
    status: 2,
    stdout: '',
    stderr:
      'usage: npm run keys [-- <service> …, or --add <service>], each name once and in a-z, 0-9 and _\n',
  });
});
