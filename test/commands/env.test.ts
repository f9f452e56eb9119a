// npm run env: files that production accepts, which nobody else can read, and which are written once. test/docs/deploy.test.ts starts
// a graph with them.
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { readSupergraphMap } from '../../platform/supergraph-map.ts';
import { loadSubgraph } from '../../subgraphs/load.ts';
import { runCommand } from '../support/commands.ts';
import { temporaryFolder } from '../support/temporary.ts';

const root = temporaryFolder();
afterAll(() => rmSync(root, { recursive: true, force: true }));
const { subgraphs } = readSupergraphMap(undefined, {});

test('each process gets a file for its owner alone, with secrets of its own', async () => {
  const folder = join(root, 'etc');
  const { status, stderr } = await runCommand('env', [folder, '--database', 'db.internal:5433']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const names = ['gateway', ...subgraphs.map(({ name }) => name), 'provision'];
  expect(readdirSync(folder).toSorted()).toEqual(names.map((name) => `${name}.env`).toSorted());
  const secrets: string[] = [];
  for (const name of names) {
    const file = join(folder, `${name}.env`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const variables = parseEnv(readFileSync(file, 'utf8'));
    expect(variables.NODE_ENV).toBe('production');
    const passwords = Object.values(variables).flatMap(
      (value) => /:\/\/\w+:([\w-]+)@db/.exec(value ?? '')?.[1] ?? [],
    );
    if (name !== 'provision') secrets.push(...passwords, ...(variables.IDENTITY_KEY ?? '').split(',', 1));
  }
  const own = secrets.filter((secret) => secret !== '');
  expect(own.length).toBeGreaterThan(2 * subgraphs.length);
  expect(new Set(own).size).toBe(own.length);
  for (const secret of own) expect(secret.length).toBeGreaterThanOrEqual(32);
});

test('a subgraph has each of its settings, and the addresses of its peers alone', async () => {
  const folder = join(root, 'settings');
  await runCommand('env', [folder, '--database', 'db.internal']);
  for (const entry of subgraphs) {
    const definition = await loadSubgraph(entry);
    const text = readFileSync(join(folder, `${entry.name}.env`), 'utf8');
    for (const key of Object.keys(definition.settings?.shape ?? {}))
      expect(text).toMatch(new RegExp(`^#?${key}=`, 'm'));
    const addresses = Object.keys(parseEnv(text)).filter(
      (key) => /^[A-Z]+_URL$/.test(key) && !key.includes('DATABASE'),
    );
    const peers = (definition.peers ?? []).map((name) => `${name.toUpperCase()}_URL`);
    expect(
      addresses.filter((key) => subgraphs.some(({ name }) => key === `${name.toUpperCase()}_URL`)).toSorted(),
    ).toEqual(peers.toSorted());
  }
});

test('no file is replaced, and nothing is written when one is there', async () => {
  const folder = temporaryFolder(root);
  writeFileSync(join(folder, 'products.env'), 'MINE=1\n');
  const { status, stderr } = await runCommand('env', [folder, '--database', 'db.internal']);
  expect(status).toBe(1);
  expect(stderr).toBe(
    `${join(folder, 'products.env')}: exists, and may have the only copy of a password; nothing was written\n`,
  );
  expect(readdirSync(folder)).toEqual(['products.env']);
  const compose = join(folder, '.env');
  expect((await runCommand('env', ['--compose', compose])).status).toBe(0);
  expect((await runCommand('env', ['--compose', compose])).status).toBe(1);
});

test.each([
  [[]],
  [['etc']],
  [['etc', '--database']],
  [['etc', '--database', 'https://db/x']],
  [['etc', '--database', 'a:b:c']],
  [['--compose']],
  [['--compose', 'a', 'b']],
])('refuses the arguments %j', async (args) => {
  const { status, stderr } = await runCommand(
    'env',
    args.map((one) => (one === 'etc' ? join(root, 'refused') : one)),
  );
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: 'usage: npm run env -- <folder> --database <host:port>, or npm run env -- --compose <file>\n',
  });
  expect(existsSync(join(root, 'refused'))).toBe(false);
});
