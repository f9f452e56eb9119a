import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readDatabaseUrls } from '../../../platform/process/database-urls.ts';
import { readEnvironmentAnd } from '../../../platform/process/environment.ts';
import { warnOfUnreadVariables } from '../../../platform/process/unread-variables.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { getProblems } from '../environment-problems.ts';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = join(folder, 'variables.env');

type Start = Partial<Parameters<typeof warnOfUnreadVariables>[0]>;

function findWarnings(source: Record<string, string>, start: Start = {}, execArgv: string[] = []): string[] {
  const warnings: string[] = [];
  const environment = { source, WORKERS: Number(source.WORKERS ?? 1) };
  warnOfUnreadVariables({ environment, notRead: [], ...start }, (text) => warnings.push(text), execArgv);
  return warnings;
}

test.each([
  ['MAX_DEPHT', ''],
  ['TRUSTED_PROXY', 'TRUSTED_PROXIES'],
  ['ACCOUNTS_SESION_DAYS', 'ACCOUNTS_SESSION_DAYS'],
  ['DRAIN_SECONDS', 'DRAIN_MS'],
  ['LOG_LEVLE', 'LOG_LEVEL'],
  ['LOGLEVEL', 'LOG_LEVEL'],
  ['RELEASES', 'RELEASE'],
  ['WORKERZ', 'WORKERS'],
  ['DATA_DIRR', 'DATA_DIR'],
  ['ATA_DIR', 'DATA_DIR'],
])('%s of the process has no effect, which a warning says without its value', (name, meant) => {
  const hint = meant === '' ? '' : ` Did you mean "${meant}"?`;
  expect(findWarnings({ [name]: 'a secret' })).toEqual([`${name}: nothing reads it.${hint}`]);
});

test('variables of the process that belong to other programs are no mistakes', () => {
  const others = [
    'PATH',
    'HOSTS',
    'HTTP_PROXY',
    'DATABASE_URL',
    'NODE_OPTIONS',
    'npm_lifecycle_event',
    'LOG_LE',
  ];
  const hosting = [
    'ACCOUNTS_SERVICE_HOST',
    'ACCOUNTS_SERVICE_PORT_HTTP',
    'ACCOUNTS_PORT_4001_TCP',
    'IDENTITY_HEADER',
  ];
  const names = [...others, ...hosting, 'ACCOUNTS_PORT_4001_TCP_ADDR', 'ACCOUNTS_SESSION_DAYS', 'LOG_LEVEL'];
  expect(findWarnings(Object.fromEntries(names.map((name) => [name, 'x'])))).toEqual([]);
  expect(findWarnings({ ACCOUNTS_PORT: 'tcp://10.0.0.1:4001' })).toEqual([]);
  expect(findWarnings({ ACCOUNTS_PORT: '4001' })).toHaveLength(1);
});

test('in a file for the project every name has to be known, and each has one warning', () => {
  writeFileSync(
    file,
    'DEPTH=1\n# COLOUR=x\nlog_level=warn\nTZ=UTC\nNODE_OPTIONS=\nCOMPOSE_FILE=a\nPORT=\nMAX_DEPHT=\n',
  );
  const expected = ['DEPTH', 'MAX_DEPHT', 'log_level'];
  const nameOf = (warning: string) => warning.split(':')[0];
  expect(
    findWarnings({ DEPTH: '1', MAX_DEPHT: '' }, { files: [file] })
      .map(nameOf)
      .toSorted(),
  ).toEqual(expected);
  for (const execArgv of [[`--env-file=${file}`], ['--env-file', file], [`--env-file-if-exists=${file}`]])
    expect(findWarnings({}, {}, execArgv).map(nameOf).toSorted(), execArgv.join(' ')).toEqual(expected);
  expect(findWarnings({}, { files: [`${file}.missing`] }, ['--no-warnings', file])).toEqual([]);
});

test('a line of a secret that lost its quotes is no name, so that no log has it', () => {
  writeFileSync(file, 'IDENTITY_KEY=MC4CAQ\nAwBQYDK2VwBCIEIJpQ5=\n');
  expect(findWarnings({}, { files: [file] })).toEqual([]);
});

test('a known variable has a warning where only another process reads it, and where its value would change something', () => {
  const notRead = ['WORKERS', 'SUPERGRAPH'] as const;
  expect(findWarnings({ WORKERS: '2', SUPERGRAPH: 'a.graphql' }, { notRead })).toEqual([
    'WORKERS: this process does not read it, only `npm start` of the whole graph does',
    'SUPERGRAPH: this process does not read it, only `npm run gateway` does',
  ]);
  expect(findWarnings({ WORKERS: '1', SUPERGRAPH: '' }, { notRead })).toEqual([]);
  expect(findWarnings({ WORKERS: '2', SUPERGRAPH: 'a.graphql' })).toEqual([]);
});

test('a missing variable names one that is set under a similar name, which nothing reads, and never its value', () => {
  const missing = (source: Record<string, string>) =>
    getProblems(() => readEnvironmentAnd([(given) => readDatabaseUrls(given, ['accounts'])], source));
  const owner = 'ACCOUNTS_OWNER_DATABASE_URL: is missing';
  const runtime = 'ACCOUNTS_DATABASE_URL: is missing';
  expect(missing({ ACCOUNTS_DATABSE_URL: 'a secret', PRODUCTS_DATABSE_URL: 'a secret' })).toEqual([
    `${runtime}. ACCOUNTS_DATABSE_URL is set: is its name misspelt?`,
    owner,
  ]);
  // A variable of another program, one that something reads, and one that is empty are not meant.
  expect(missing({ DATABASE_URL: 'x', ACCOUNTS_ADMIN_DATABASE_URL: url, ACCOUNT_DATABASE_URL: '' })).toEqual([
    runtime,
    owner,
  ]);
});

const url = 'postgresql://role:password@127.0.0.1:1/database';
