// The isolation in docker-compose.yml and the Dockerfile: networks, secrets, privileges, and the content of the image. These
// tests only read the files; containers.test.ts runs the containers.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listSigners, readContainers } from '../../local/containers/container.ts';
import { readSupergraphMap } from '../../platform/supergraph-map.ts';
import { parseImports } from '../architecture/imports.ts';
import { readCompose, readImage, root } from './compose-file.ts';

const { services, networks, volumes } = readCompose();
const names = Object.keys(services);
const map = readSupergraphMap(undefined, {});
const subgraphs = map.subgraphs.map(({ name }) => name);
const signers = listSigners(await readContainers(map));
const databases = names.filter((name) => services[name]?.command[0] === 'postgres');

test('only its own subgraph and its provisioning can reach a database', () => {
  expect(databases).toEqual(subgraphs.map((name) => `${name}-database`));
  for (const database of databases) {
    const subgraph = database.replace(/-database$/, '');
    const attached = services[database]?.networks ?? [];
    expect(attached).toEqual([database]);
    const neighbours = names.filter((name) => services[name]?.networks.includes(database));
    expect(neighbours.sort()).toEqual([subgraph, database, `${subgraph}-provision`].sort());
    expect(networks[database]).toEqual({ internal: true });
  }
});

test('only the gateway has a published port, and only for this machine', () => {
  for (const name of names) {
    expect(services[name]?.ports, name).toEqual(name === 'gateway' ? ['127.0.0.1:4000:4000'] : []);
  }
  expect(names.filter((name) => services[name]?.networks.includes('front'))).toEqual(['gateway']);
});

test.each(names)('%s has no secret of another container', (name) => {
  const subgraph = name.replace(/-(database|provision|provider)$/, '');
  const variables = services[name]?.environment ?? {};
  const secrets = Object.entries(variables).filter(([, value]) => /development|^MC4C/.test(value));
  for (const [, value] of secrets.filter(([key]) => key !== 'NODE_ENV' && key !== 'IDENTITY_KEY')) {
    expect(value, name).toContain(`development-${subgraph}`);
  }
  const knowsSuperuser = JSON.stringify(variables).includes(`development-${subgraph}-admin`);
  expect(knowsSuperuser).toBe(/-(database|provision)$/.test(name));
  expect('IDENTITY_KEY' in variables).toBe(signers.includes(name));
});

test('the gateway and the subgraphs that call others have a key to sign with', () => {
  const callers = ['gateway', 'products', 'purchases'];
  expect(signers).toEqual(expect.arrayContaining(callers));
  for (const name of callers) expect(services[name]?.environment, name).toHaveProperty('IDENTITY_KEY');
});

test('all passwords and keys in docker-compose.yml differ', () => {
  const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
  const secrets = new Map(
    [...text.matchAll(/\$\{(\w+(?:PASSWORD|KEY|SECRET)):-([^}]+)\}/g)].map(([, name, value]) => [
      name,
      value,
    ]),
  );
  // Three passwords for each database, a key for each caller, and the two secrets of the sandbox provider.
  expect(secrets.size).toBe(subgraphs.length * 3 + signers.length + 2);
  expect(new Set(secrets.values()).size).toBe(secrets.size);
});

test.each(names)('%s has a read-only file system, no privileges, and no way to gain privileges', (name) => {
  expect(services[name]).toMatchObject({
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    logging: { options: { 'max-size': expect.any(String), 'max-file': expect.any(String) } },
  });
  // All other containers run as the user of the image, under an init process.
  expect(services[name]).toMatchObject(
    databases.includes(name) ? { user: 'postgres' } : { image: 'tributary', init: true },
  );
});

test('every volume is used, by a container whose data must survive', () => {
  const used = names.flatMap((name) => services[name]?.volumes.map((entry) => entry.split(':')[0]) ?? []);
  expect(used.sort()).toEqual(Object.keys(volumes).sort());
  expect(used).toEqual([...databases, 'payments-provider'].sort());
});

test('the image runs without root', () => {
  const users = [...readFileSync(join(root, 'Dockerfile'), 'utf8').matchAll(/^USER (.+)$/gm)].map(
    ([, user]) => user,
  );
  expect(users).toEqual(['node']);
});

test('docker-compose builds the name of the release into the image, where each process finds it', () => {
  expect(readCompose({ RELEASE: '4f2a9c1' }).services.gateway?.build?.args.RELEASE).toBe('4f2a9c1');
  expect(readCompose({}).services.gateway?.build?.args.RELEASE).toBe('');
  const text = readFileSync(join(root, 'Dockerfile'), 'utf8');
  expect(text.slice(text.lastIndexOf('FROM'))).toMatch(/^ARG RELEASE=\nENV RELEASE=\$RELEASE$/m);
});

test('the build sees exactly the files that the Dockerfile copies', () => {
  const lines = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
  const rules = lines.filter((line) => line !== '' && !line.startsWith('#'));
  expect(rules[0]).toBe('*');
  const forPackages = ['package.json', 'package-lock.json', '.npmrc'];
  const allowed = new Set([...forPackages, ...readImage().paths]);
  expect(rules.slice(1).sort()).toEqual([...allowed].map((path) => `!${path}`).sort());
});

test('the files of the image import only packages that production installs', () => {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const files = readImage()
    .paths.flatMap(listFilesIn)
    .filter((file) => file.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(50);
  const missing = files.flatMap((file) =>
    listImportedPackages(file)
      .filter((name) => !(name in dependencies))
      .map((name) => `${file} imports ${name}`),
  );
  expect(missing).toEqual([]);
});

test('the image contains the commands of its containers, the commands that these import, those of an operator, and no others', () => {
  const isCommand = (path: string) => path.startsWith('commands/');
  const programs = names.flatMap((name) => services[name]?.command.filter(isCommand) ?? []);
  const imported = programs
    .flatMap((file) => parseImports(readFileSync(join(root, file), 'utf8')))
    .filter(({ specifier }) => specifier.startsWith('./'))
    .map(({ specifier }) => join('commands', specifier));
  const needed = new Set([...programs, ...imported, 'commands/events.ts', 'commands/staff.ts']);
  expect(readImage().paths.filter(isCommand)).toEqual([...needed].sort());
});

function listFilesIn(path: string): string[] {
  if (statSync(join(root, path)).isFile()) return [path];
  return readdirSync(join(root, path)).flatMap((entry) => listFilesIn(join(path, entry)));
}

/** Lists the packages that a file imports when it runs, without type imports. */
function listImportedPackages(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const imports = [...text.matchAll(/^(?:import|export) (?!type )(?:[^;]*? from )?'([^'.][^']*)'/gm)];
  const packages = imports.map(([, name = '']) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'));
  return packages.filter((name) => !isBuiltin(name) && !name.startsWith('node:'));
}
