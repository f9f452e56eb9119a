import { rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import {
  readForeignMap,
  readSchema,
  readSupergraphMap,
  requireUrls,
  SupergraphMapError,
  splitRoutingUrl,
} from '../../platform/supergraph-map.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { getProblems } from './environment-problems.ts';

const folder = temporaryFolder();
const file = join(folder, 'supergraph.yaml');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(text: string, source: Record<string, string> = {}) {
  writeFileSync(file, text);
  return readSupergraphMap(file, source);
}

const head = 'federation_version: =2.14.4\nsubgraphs:\n';
const accounts = (url: string, schema = 'accounts/schema.graphql') =>
  `  accounts:\n    routing_url: ${url}\n    schema:\n      file: ${schema}\n`;

test('reads name, address, schema file and folder of every subgraph, in order', () => {
  const map = read(
    `${head}${accounts('http://127.0.0.1:4001/graphql')}${accounts('http://b/', 'b/s.graphql').replace('accounts', 'b')}`,
  );
  expect(map).toEqual({
    file,
    federationVersion: '=2.14.4',
    subgraphs: [
      {
        name: 'accounts',
        routingUrl: 'http://127.0.0.1:4001/graphql',
        unsetVariables: [],
        schemaFile: join(folder, 'accounts/schema.graphql'),
        folder: join(folder, 'accounts'),
        line: 3,
      },
      {
        name: 'b',
        routingUrl: 'http://b/',
        unsetVariables: [],
        schemaFile: join(folder, 'b/s.graphql'),
        folder: join(folder, 'b'),
        line: 7,
      },
    ],
  });
});

test('expands a variable, and its default when it is unset or empty', () => {
  const text = head + accounts(`\${env.ACCOUNTS_URL:-http://127.0.0.1:4001/graphql}`);
  const urlWith = (source: Record<string, string>) => read(text, source).subgraphs[0]?.routingUrl;
  expect(urlWith({ ACCOUNTS_URL: 'http://accounts:4001/graphql' })).toBe('http://accounts:4001/graphql');
  expect(urlWith({ ACCOUNTS_URL: '' })).toBe('http://127.0.0.1:4001/graphql');
  expect(urlWith({})).toBe('http://127.0.0.1:4001/graphql');
});

test('production needs the variables of the URLs that a process calls, and development takes their defaults', () => {
  const text = `${head}${accounts(`\${env.ACCOUNTS_URL:-http://a/}`)}${accounts('http://b/').replace('accounts', 'b')}`;
  const map = read(text, {});
  expect(() => requireUrls(map, ['accounts', 'b'], { NODE_ENV: 'production' })).toThrow(
    /- ACCOUNTS_URL: is missing; set it to the URL [^\n]+$/,
  );
  expect(() => requireUrls(map, ['b'], { NODE_ENV: 'production' })).not.toThrow();
  expect(() => requireUrls(map, ['accounts', 'b'], { NODE_ENV: 'development' })).not.toThrow();
  const stated = read(text, { ACCOUNTS_URL: 'http://a/' });
  expect(() => requireUrls(stated, ['accounts'], { NODE_ENV: 'production' })).not.toThrow();
});

test('a subgraph with several instances has their URLs, separated by commas, each of them checked', () => {
  const text = head + accounts(`\${env.ACCOUNTS_URL}`);
  const [entry] = read(text, { ACCOUNTS_URL: 'http://a:4001/graphql, http://b:4001/graphql' }).subgraphs;
  expect(splitRoutingUrl(entry?.routingUrl ?? '')).toEqual([
    'http://a:4001/graphql',
    'http://b:4001/graphql',
  ]);
  for (const broken of ['http://a:4001/graphql,', 'http://a:4001/graphql,b:4001', ',http://a:4001/graphql'])
    expect(getProblems(() => read(text, { ACCOUNTS_URL: broken }))).toEqual([`ACCOUNTS_URL: ${noUrl}`]);
});

const noUrl =
  'is not an http URL; write it like http://127.0.0.1:4001/graphql, and several instances separated by commas';

test('names the variables of all URLs that are wrong, and the file where the URL stands there', () => {
  const b = accounts(`http://\${env.B_HOST}:\${env.B_PORT:-4001}/`).replace('accounts', 'b');
  const text = head + accounts(`\${env.ACCOUNTS_URL:-http://a/}`) + b;
  const source = { ACCOUNTS_URL: 'a.example:4001', B_HOST: 'b.example', B_PORT: '40o1' };
  expect(getProblems(() => read(text, source))).toEqual([
    `ACCOUNTS_URL: ${noUrl}`,
    `B_HOST, B_PORT: ${noUrl}`,
  ]);
  const written = head + accounts(`\${env.ACCOUNTS_URL:-a.example}`);
  expect(() => read(written)).toThrow(`supergraph.yaml:3: routing_url of "accounts" ${noUrl}`);
});

test('refuses instances of one subgraph of which some have https and others have not', () => {
  const text = head + accounts(`\${env.ACCOUNTS_URL:-http://a/,https://b/}`);
  const mixed = 'mixes http and https; give all instances the same of the two';
  expect(() => read(text)).toThrow(`supergraph.yaml:3: routing_url of "accounts" ${mixed}`);
  const given = { ACCOUNTS_URL: 'https://a/,https://b/,http://c/' };
  expect(getProblems(() => read(text, given))).toEqual([`ACCOUNTS_URL: ${mixed}`]);
  expect(read(text, { ACCOUNTS_URL: 'https://a/,https://b/' }).subgraphs).toHaveLength(1);
});

test('expands several variables in one value, also in the schema file', () => {
  const text =
    head + accounts(`http://\${env.HOST_NAME}:\${env.PORT:-4001}/graphql`, `\${env.WHERE}/schema.graphql`);
  const [entry] = read(text, { HOST_NAME: 'a.example', WHERE: 'there' }).subgraphs;
  expect(entry?.routingUrl).toBe('http://a.example:4001/graphql');
  expect(entry?.schemaFile).toBe(join(folder, 'there/schema.graphql'));
});

/** The problem, the line that the message must name, and the correction that it must propose. */
const refused: [string, string, number, RegExp][] = [
  ['broken YAML', 'subgraphs:\n  a: [1\n  b: 2\n', 3, /end with a ]\. Correct the YAML there$/],
  [
    'a name twice',
    'subgraphs:\n  a:\n    routing_url: http://a\n  a:\n    routing_url: http://b\n',
    4,
    /Map keys must be unique\. Correct the YAML there$/,
  ],
  ['no subgraphs', 'federation_version: 2\n', 1, /add at least one, with routing_url and schema\.file/],
  ['an empty list of subgraphs', 'subgraphs: {}\n', 1, /add at least one/],
  [
    'a name that cannot name a database',
    `${head}  Accounts-1:\n    routing_url: http://a/\n`,
    3,
    /use a-z, 0-9 and _/,
  ],
  ['an empty entry', `${head}  accounts:\n`, 3, /give it routing_url and schema\.file/],
  [
    'no routing_url',
    `${head}  accounts:\n    schema:\n      file: a.graphql\n`,
    3,
    /routing_url of "accounts" is missing; add/,
  ],
  [
    'no schema',
    `${head}  accounts:\n    routing_url: http://a/\n`,
    3,
    /schema\.file of "accounts" is missing; add/,
  ],
  [
    'a schema that is no map',
    `${head}  accounts:\n    routing_url: http://a/\n    schema: a.graphql\n`,
    3,
    /schema\.file of "accounts" is missing; add/,
  ],
  [
    'a routing_url that is no URL',
    head + accounts('127.0.0.1'),
    3,
    /routing_url of "accounts" is not an http URL/,
  ],
  [
    'a routing_url of another protocol',
    head + accounts('postgresql://a/b'),
    3,
    /routing_url of "accounts" is not an http URL/,
  ],
  [
    'a number for a file',
    head + accounts('http://a/', '7'),
    3,
    /schema\.file of "accounts" is missing; add it as text/,
  ],
  [
    'a variable that is not set',
    head + accounts(`\${env.NOWHERE}`),
    3,
    /needs the variable NOWHERE; set it, or write \$\{env\.NOWHERE:-default\}/,
  ],
  ['the same name twice', head + accounts('http://a/') + accounts('http://b/'), 7, /unique/],
];

test.each(refused)('refuses %s, with file, line and remedy', (_what, text, line, remedy) => {
  let problem: unknown;
  try {
    read(text);
  } catch (cause) {
    problem = cause;
  }
  expect(problem).toBeInstanceOf(SupergraphMapError);
  const { message } = problem as Error;
  expect(message).toMatch(remedy);
  expect(message.slice(0, message.indexOf(': '))).toBe(`${relative(process.cwd(), file)}:${line}`);
  expect(message).not.toContain('\n');
});

test('accepts in a foreign map any name that a router accepts, but no path', () => {
  const named = (name: string) => {
    writeFileSync(file, head + accounts('http://a/').replace('accounts', name));
    return readForeignMap(file).subgraphs[0]?.name;
  };
  expect(named('Accounts-1')).toBe('Accounts-1');
  for (const name of ['../accounts', '1', 'a b']) expect(() => named(name)).toThrow('begin with a letter');
});

test('names the file that cannot be read, the line that refers to it, and the correction', () => {
  const map = read(head + accounts('http://a/', 'nowhere.graphql'));
  const [entry] = map.subgraphs;
  if (entry === undefined) throw new Error('the map has an entry');
  expect(() => readSchema(map, entry)).toThrow(
    /supergraph\.yaml:3: cannot read .*nowhere\.graphql; create it or correct schema\.file$/,
  );
  expect(() => readSupergraphMap(join(folder, 'none.yaml'))).toThrow(
    /none\.yaml cannot be read; it is the map of the graph$/,
  );
});

test('the map of this repository has a folder for every subgraph', () => {
  const { subgraphs } = readSupergraphMap(undefined, {});
  expect(subgraphs.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['accounts', 'products', 'payments', 'purchases']),
  );
  for (const { name, folder: own } of subgraphs) expect(own.endsWith(join('subgraphs', name))).toBe(true);
});
