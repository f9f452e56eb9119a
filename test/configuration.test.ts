// The code reads, .env.example documents and docker-compose.yml sets the same environment variables.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { gatewayKeys } from '../gateway/settings/settings.ts';
import { listSigners } from '../local/containers/container.ts';
import { buildWrittenFiles } from '../local/containers/written-files.ts';
import { isDevelopmentKey } from '../platform/identity/development-key.ts';
import { readPrivateKey, readTrust } from '../platform/identity/signed-identity.ts';
import { getDatabaseKeys } from '../platform/process/database-urls.ts';
import {
  environmentKeys,
  loadEnvironmentFile,
  readEnvironment,
  readEnvironmentAnd,
} from '../platform/process/environment.ts';
import { readSupergraphMap } from '../platform/supergraph-map.ts';
import { loadSubgraph } from '../subgraphs/load.ts';
import { listComposeVariables, readCompose, type Service } from './containers/compose-file.ts';
import { temporaryFolder } from './support/temporary.ts';

const root = resolve(import.meta.dirname, '..');
const readText = (file: string) => readFileSync(resolve(root, file), 'utf8');
const example = parseEnv(readText('.env.example')) as Record<string, string>;

const map = readSupergraphMap(undefined, {});
const definitions = new Map(
  await Promise.all(map.subgraphs.map(async (entry) => [entry.name, await loadSubgraph(entry)] as const)),
);
const listSettings = (name: string) => Object.keys(definitions.get(name)?.settings?.shape ?? {});
const routingKeys = [...readText('supergraph.yaml').matchAll(/\$\{env\.(\w+)/g)].map(([, name = '']) => name);
const sandboxKeys = [
  ...readText('subgraphs/payments/sandbox/start.ts').matchAll(
    /^ {2}([A-Z_]+): (?:z\.|wholeNumber|webhookSecretList)/gm,
  ),
].map(([, name = '']) => name);

describe('.env.example', () => {
  test('documents every variable that the code reads, and no other', () => {
    const names = [...definitions.keys()];
    const read = [
      ...environmentKeys,
      ...gatewayKeys,
      ...routingKeys,
      ...sandboxKeys,
      ...names.flatMap(listSettings),
      ...names.flatMap((name) => Object.values(getDatabaseKeys(name))),
      ...listComposeVariables(),
    ];
    expect(Object.keys(example).sort()).toEqual([...new Set(read)].sort());
  });

  test('is a valid environment that changes only the identity keys', () => {
    const { source: _example, IDENTITY_KEY, IDENTITY_TRUST, ...stated } = readEnvironment(example);
    const { source: _nothing, ...defaults } = readEnvironment({});
    expect(stated).toEqual(defaults);
    expect(IDENTITY_KEY).toBe(example.GATEWAY_IDENTITY_KEY);
    expect(IDENTITY_TRUST).toBeDefined();
    for (const { settings } of definitions.values()) {
      if (settings !== undefined)
        expect(settings.parse(readExample(settings.shape))).toEqual(settings.parse({}));
    }
  });

  test('states the defaults of docker-compose.yml', () => {
    expect(readCompose(example)).toEqual(readCompose({}));
  });

  test('explains every variable by a comment above the variable or above its group', () => {
    const lines = readText('.env.example').split('\n');
    const unexplained = lines.filter(
      (line, index) => /^\w+=/.test(line) && !/^(#|\w+=)/.test(lines[index - 1] ?? ''),
    );
    expect(unexplained).toEqual([]);
  });
});

describe('docker-compose.yml', () => {
  const { services } = readCompose();
  test.each(Object.entries(services))('%s gets only variables that its program reads', (_name, service) => {
    const known = listReadableKeys(service);
    expect(Object.keys(service.environment).filter((key) => !known.includes(key))).toEqual([]);
  });

  const texts = new Map(parseComments(readText('.env.example')));
  test.each(Object.keys(example))(
    '%s of .env arrives in a container, or .env.example says why not',
    (key) => {
      const other = JSON.stringify(readCompose({ [key]: 'another value' }));
      const arrives = other !== JSON.stringify(readCompose({}));
      // What .env.example says: "docker-compose" and what it has in place of the variable.
      expect(arrives || texts.get(key)?.includes('docker-compose'), texts.get(key)).toBe(true);
      if (arrives) expect(texts.get(key)).not.toContain('not in docker-compose');
    },
  );

  test.each(['TRUSTED_DOCUMENTS', 'LIMIT_DEPTH', 'DRAIN_MS', 'MIGRATE_ON_START', 'PRODUCTS_SWEEP_MS'])(
    '%s of .env is a variable of the containers that read it, with its value',
    (key) => {
      const given = Object.entries(readCompose({ [key]: '7' }).services);
      const readers = given.filter(([, service]) => key in service.environment);
      expect(readers.length).toBeGreaterThan(0);
      for (const [name, service] of readers) expect(service.environment[key], name).toBe('7');
    },
  );

  test('has matching key pairs, which production recognizes as development keys', () => {
    const trust = readTrust(services.accounts?.environment.IDENTITY_TRUST ?? '');
    const signers = listSigners([...definitions.values()]);
    expect(signers).toEqual(expect.arrayContaining(['gateway', 'products', 'purchases']));
    expect([...trust.keys()]).toEqual(signers);
    for (const [name, publicKeys] of trust) {
      const privateKey = readPrivateKey(services[name]?.environment.IDENTITY_KEY ?? '');
      const pair = [privateKey, ...publicKeys];
      expect(
        pair.map((key) => isDevelopmentKey(key, [name])),
        name,
      ).toEqual([true, true]);
    }
  });
});

test('both files are what `npm run compose:docker` writes', async () => {
  const files = await buildWrittenFiles(map);
  expect(files.map(({ file }) => file)).toEqual(['docker-compose.yml', '.env.example']);
  for (const { file, current, text } of files) expect(current, file).toBe(text);
});

test('production refuses demo data, and reports it together with all other problems', () => {
  const source = { NODE_ENV: 'production', DEMO_DATA: 'true', PORT: 'http' };
  expect(() => readEnvironmentAnd([], source)).toThrow(
    /PORT: .*\n.*DEMO_DATA: must not be true in production/,
  );
  expect(readEnvironment({ ...source, DEMO_DATA: 'false', PORT: '1' }).DEMO_DATA).toBe(false);
});

describe('a file .env', () => {
  const file = join(temporaryFolder(), '.env');
  afterAll(() => rmSync(dirname(file), { recursive: true }));

  test('adds its variables, and does not replace variables that are already set', () => {
    writeFileSync(file, 'TRIBUTARY_TEST_NEW=of the file\nTRIBUTARY_TEST_SET=of the file\n');
    vi.stubEnv('TRIBUTARY_TEST_NEW', undefined);
    vi.stubEnv('TRIBUTARY_TEST_SET', 'of the shell');
    loadEnvironmentFile(file);
    expect(process.env).toMatchObject({
      TRIBUTARY_TEST_NEW: 'of the file',
      TRIBUTARY_TEST_SET: 'of the shell',
    });
    vi.unstubAllEnvs();
  });

  test('may be missing, without an error', () => {
    expect(() => loadEnvironmentFile(`${file}.missing`)).not.toThrow();
  });
});

/** Each variable of an environment file with the comment above it or above its group, and the one below the title of its part. */
function parseComments(text: string): [key: string, comment: string][] {
  return text.split(/^# --- .*$/m).flatMap((part) => {
    const [introduction = ''] = /^\n*(?:#.*\n)+(?=\n)/.exec(part) ?? [];
    return [...part.matchAll(/((?:#.*\n)*)((?:\w+=.*\n?)+)/g)].flatMap(([, comment = '', group = '']) =>
      Object.keys(parseEnv(group)).map((key): [string, string] => [key, introduction + comment]),
    );
  });
}

/** Lists the variables that the program of a container can read: those of all processes, and those of its own part. */
function listReadableKeys({ command }: Service): readonly string[] {
  const [, program, name = ''] = command;
  if (command[0] === 'postgres') return ['POSTGRES_PASSWORD', 'POSTGRES_INITDB_ARGS'];
  if (program === 'commands/gateway.ts') return [...environmentKeys, ...gatewayKeys, ...routingKeys];
  if (program === 'subgraphs/payments/sandbox/start.ts') return [...environmentKeys, ...sandboxKeys];
  const { admin, ...own } = getDatabaseKeys(name);
  if (program === 'commands/provision.ts') return [...environmentKeys, ...Object.values(own), admin];
  const peers = (definitions.get(name)?.peers ?? []).map((peer) => `${peer.toUpperCase()}_URL`);
  return [...environmentKeys, ...Object.values(own), ...listSettings(name), ...peers];
}

/** Returns the values of .env.example for the variables of a schema. An empty value means that the variable is not set. */
function readExample(shape: object): Record<string, string> {
  return Object.fromEntries(Object.keys(shape).flatMap((key) => (example[key] ? [[key, example[key]]] : [])));
}
