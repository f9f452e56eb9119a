// docs/deploy.md, command by command: from no settings and an empty PostgreSQL to a member of staff who signs in at a gateway in
// production. Paths, ports and the host of the database are replaced by those of the test; everything else runs as it stands there.
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseEnv, promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort, startCluster } from '../../local/postgres/cluster.ts';
import { OpenResources } from '../../platform/process/shutdown.ts';
import { readCompose } from '../containers/compose-file.ts';
import { startProcess, waitForOutput } from '../support/processes.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { parseMarkdown, readText } from './markdown.ts';

const folder = temporaryFolder();
const opened = new OpenResources();
afterAll(async () => {
  expect(await opened.close()).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

const blocks = parseMarkdown('docs/deploy.md', readText('docs/deploy.md')).blocks.map(({ text }) => text);
const published = ['4000', '4001', '4002', '4003', '4004', '4010'];
const password = 'password-of-the-administrator';
const replacements = new Map<string, string>();

beforeAll(async () => {
  const cluster = await startCluster({ folder: join(folder, 'postgres'), password, durable: false });
  opened.add('PostgreSQL', cluster.stop);
  for (const port of published) replacements.set(`127.0.0.1:${port}`, `127.0.0.1:${await findFreePort()}`);
  replacements.set('db.internal:5432', new URL(cluster.adminUrl).host);
  replacements.set('/etc/tributary', join(folder, 'etc'));
  replacements.set('/var/lib/tributary', join(folder, 'lib'));
  replacements.set(' .env', ` ${join(folder, '.env')}`);
});

const adapt = (text: string) =>
  [...replacements].reduce((adapted, [from, to]) => adapted.replaceAll(from, to), text);

const environment = {
  PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
  HOME: folder,
  PGPASSWORD: password,
};

/** Runs a block of the page. Rejects when a command of it fails. */
async function run(block: string | undefined): Promise<string> {
  expect(block).toBeDefined();
  const script = `set -euo pipefail\n${adapt(block ?? '')}`;
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { env: environment });
  return stdout;
}

const isLasting = (line: string) =>
  /^node --env-file=\S+ (commands\/(subgraph|gateway)|\S+\/start)\.ts/.test(line);
const [packages, settings, databases, provider = '', units, start = '', check, staff, containers] = blocks;

/** Starts each line of a block that runs until it is stopped, as a supervisor does. */
async function supervise(block: string): Promise<void> {
  const lines = block.trimEnd().split('\n').filter(isLasting);
  expect(lines.length).toBeGreaterThan(0);
  await Promise.all(
    lines.map(async (line) => {
      const running = startProcess(adapt(line).split(' ').slice(1), {});
      opened.add(line, async () => expect([line, await running.stop()]).toEqual([line, 0]));
      await waitForOutput(running, '"msg":"ready"');
    }),
  );
}

test('a graph of processes in production is set up, started and used as the page says', async () => {
  expect(blocks).toHaveLength(9);
  expect(packages).toMatch(/^npm ci --omit=dev\n/);

  await run(settings);
  const files = readdirSync(join(folder, 'etc')).map((name) => join(folder, 'etc', name));
  for (const file of files) {
    const ports = (text: string) =>
      text.replaceAll(
        /^PORT=(\d+)$/gm,
        (_line, port) => `PORT=${replacements.get(`127.0.0.1:${port}`)?.split(':')[1]}`,
      );
    writeFileSync(file, ports(adapt(readFileSync(file, 'utf8'))));
  }
  await expect(run(settings)).rejects.toThrow('nothing was written');

  await run(databases);
  expect(await run(databases), 'a repeat').toContain('has its schema and two roles');

  const [sandbox] = provider.trimEnd().split('\n').filter(isLasting);
  await run(
    provider.replace(
      sandbox ?? '',
      `echo 'PAYMENTS_SANDBOX_PORT=${replacements.get('127.0.0.1:4010')?.split(':')[1]}' >> /etc/tributary/payments.env`,
    ),
  );
  await supervise(provider);
  await supervise(start);

  const gateway = `http://${replacements.get('127.0.0.1:4000')}`;
  await expect
    .poll(async () => (await fetch(`${gateway}/health/ready`)).status, { timeout: 20_000 })
    .toBe(200);
  const names = [...start.matchAll(/commands\/subgraph\.ts (\w+)/g)].map(([, name = '']) => name);
  const up = Object.fromEntries(names.map((name) => [name, expect.objectContaining({ up: true })]));
  await expect
    .poll(async () => JSON.parse(await run(check)).dependencies, { timeout: 20_000, interval: 250 })
    .toMatchObject(up);

  expect(await run(staff)).toContain('is a member of staff from its next request on');
  await sellSomething(`${gateway}/graphql`);
});

/** The member of staff signs in, puts a product on sale and buys it. */
async function sellSomething(url: string): Promise<void> {
  let token = '';
  const ask = async (query: string) => {
    const authorization = token === '' ? undefined : { authorization: `Bearer ${token}` };
    const headers = { 'content-type': 'application/json', ...authorization };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
    // biome-ignore lint/suspicious/noExplicitAny: a response has the shape of its query
    return ((await response.json()) as { data: Record<string, any> }).data;
  };
  const { createSession } = await ask(
    'mutation { createSession(input: { email: "boss@shop.example", password: "a long password of the boss" }) { token account { roles } } }',
  );
  expect(createSession.account.roles).toContain('STAFF');
  token = createSession.token;
  const { createProduct } = await ask(
    'mutation { createProduct(input: { sku: "POT-1", name: "Pot", description: "", price: { amount: "12.50", currency: "EUR" }, stock: 2 }) { id } }',
  );
  const { purchase } = await ask(
    `mutation { purchase(input: { lines: [{ productId: "${createProduct.id}", quantity: 1 }], paymentToken: "tok_approve", idempotencyKey: "first" }) { status payment { status } } }`,
  );
  expect(purchase).toEqual({ status: 'COMPLETED', payment: { status: 'CAPTURED' } });
}

/** What a unit runs for an instance, in the form of the page: the shell of a unit prints its command in place of running it. */
function readUnit(file: string, instance: string): string {
  const text = readText(`deploy/systemd/${file}@.service`)
    .replaceAll('%i', instance)
    .replaceAll('%%', '%')
    .replaceAll('$$', '$');
  const line = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1] ?? '';
  const shown = line('ExecStart').replace("'exec ", "'echo ");
  const printing = shown === line('ExecStart') ? `echo ${shown}` : shown;
  const { stdout } = spawnSync('/bin/sh', ['-c', printing], { encoding: 'utf8' });
  const command = stdout.trim().replace('/srv/tributary/node_modules/.bin/node ', '');
  return `node --env-file=${line('EnvironmentFile')} ${command}`;
}

test('the units of systemd run the commands of the page, with their files', () => {
  const [, names = '', gateway = ''] =
    /tributary-subgraph@\{([\w,]+)\} tributary-gateway@(\w+)\n/.exec(units ?? '') ?? [];
  const subgraphs = names.split(',').map((name) => readUnit('tributary-subgraph', name));
  expect([...subgraphs, readUnit('tributary-gateway', gateway)].join('\n')).toBe(start.trimEnd());
});

test('a second instance on one machine has a unit of the same template, and a file and a port of its own', () => {
  const page = readText('docs/instances.md');
  const [block = ''] = parseMarkdown('docs/instances.md', page).blocks.map(({ text }) => text);
  const [copy = '', enable = ''] = block.split('\n');
  const etc = join(folder, 'second');
  mkdirSync(etc);
  writeFileSync(join(etc, 'purchases.env'), 'HOST=127.0.0.1\nPORT=4004\nPURCHASES_WAIT_MS=10000\n');
  const copied = spawnSync('bash', ['-c', copy.replaceAll('/etc/tributary', etc)], { encoding: 'utf8' });
  expect(copied).toMatchObject({ status: 0, stderr: '' });
  const second = join(etc, 'purchases-2.env');
  expect(readFileSync(second, 'utf8')).toBe('HOST=127.0.0.1\nPORT=4104\nPURCHASES_WAIT_MS=10000\n');
  expect(statSync(second).mode & 0o777).toBe(0o600);
  const instance = /^systemctl enable --now tributary-subgraph@(\S+)$/.exec(enable)?.[1] ?? '';
  const command = readUnit('tributary-subgraph', instance);
  expect(command).toBe('node --env-file=/etc/tributary/purchases-2.env commands/subgraph.ts purchases');
  expect(page).toContain(`\`${command}\``);
});

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

test.skipIf(!hasSystemd)('systemd accepts the units', async () => {
  const copies = join(folder, 'systemd');
  mkdirSync(copies);
  const files = ['tributary-gateway@.service', 'tributary-subgraph@.service'];
  for (const file of files) {
    const text = readText(`deploy/systemd/${file}`).replaceAll('/srv/tributary', process.cwd());
    writeFileSync(join(copies, file), text);
  }
  // A template is verified under the names of its instances.
  const instances = ['subgraph@accounts', 'subgraph@purchases-2', 'gateway@gateway', 'gateway@gateway-2'];
  const { stderr } = await promisify(execFile)('systemd-analyze', [
    'verify',
    ...instances.map((instance) => join(copies, `tributary-${instance}.service`)),
  ]).catch((cause) => cause);
  expect(stderr).not.toMatch(/tributary/);
});

test('the containers get no secret of development from the .env of the page', async () => {
  const [writing = '', reading] = containers?.split(/^(?=docker-compose )/m) ?? [];
  expect(reading).toBe('docker-compose config --quiet\n');
  await run(writing);
  const variables = parseEnv(readFileSync(join(folder, '.env'), 'utf8')) as Record<string, string>;
  const { services } = readCompose(variables);
  expect(Object.keys(services).length).toBeGreaterThan(10);
  expect(JSON.stringify(services)).not.toMatch(/development|MC4CAQAwBQYDK2VwBCIEIOpLW5nM/);
  expect(services.accounts?.environment.NODE_ENV).toBe('production');
});

const hasCompose = spawnSync('docker-compose', ['version']).status === 0;

test.skipIf(!hasCompose)('docker-compose accepts its file with the .env of the page', async () => {
  const file = join(process.cwd(), 'docker-compose.yml');
  const { stderr } = await promisify(execFile)('docker-compose', [
    '--file',
    file,
    '--env-file',
    join(folder, '.env'),
    'config',
    '--quiet',
  ]);
  expect(stderr).toBe('');
});
