// npm run keys: what it prints can be put into the environment as it is.
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { readSigner, readVerifier } from '../../platform/identity/identity-keys.ts';
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

test.each([[['--help']], [['gateway,purchases']], [['gateway', 'gateway']]])(
  'answers names that cannot stand in a trust list with its usage: %j',
  async (args) => {
    expect(await runCommand('keys', args)).toEqual({
      status: 2,
      stdout: '',
      stderr: 'usage: npm run keys [-- <service> …], each name once and in a-z, 0-9 and _\n',
    });
  },
);
