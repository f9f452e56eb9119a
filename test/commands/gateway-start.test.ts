// What the gateway says of a supergraph or a setting that it cannot use: one sentence, exit code 1. And subgraphs whose URLs
// are more than a host and a port.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { composeForeign, openForeign, startStandalone } from '../gateway/foreign-subgraphs.ts';
import { createCertificate } from '../support/certificate.ts';
import { readFatal, startProcess, type Variables } from '../support/processes.ts';
import { temporaryFolder } from '../support/temporary.ts';

const sdl = 'type Query { hello: String }';
const folder = temporaryFolder();
const file = join(folder, 'supergraph.graphql');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const good = composeForeign([{ name: 'greetings', sdl, url: 'http://127.0.0.1:9/graphql' }], 'Apollo');
const withUrl = (url: string) => good.replace('http://127.0.0.1:9/graphql', url);
const withFeature = (feature: string) => good.replace('schema\n', `schema\n  @link(url: "${feature}")\n`);

/** Starts the gateway and answers how it ended: exit code, and what it wrote. */
async function refusal(variables: Variables): Promise<{ code: number | null; said: string }> {
  const running = startProcess(['commands/gateway.ts'], { HOST: '127.0.0.1', PORT: '0', ...variables });
  const [code] = await new Promise<[number | null]>((resolve) => {
    running.child.once('close', (status) => resolve([status]));
  });
  return { code, said: readFatal(running).replaceAll(folder, 'FOLDER') };
}

const unknown = 'https://specs.apollo.dev/authenticated/v0.1", for: SECURITY, as: "authenticated';
const broken: [string, string | null, RegExp][] = [
  [
    'a file that is not there',
    null,
    /^\S*supergraph\.graphql cannot be read \(ENOENT\): set SUPERGRAPH to a file with the SDL that a composition wrote\n$/,
  ],
  [
    'a file that is no GraphQL',
    'subgraphs:\n  a: b\n',
    /^\S*supergraph\.graphql:1: Syntax Error: .+\. Give the gateway the SDL that a composition wrote \(.+\)\n$/,
  ],
  [
    'the SDL of one subgraph',
    sdl,
    /^\S*supergraph\.graphql: It is no supergraph: it has no enum join__Graph\. Give the gateway the SDL that a composition wrote \(.+\)\n$/,
  ],
  [
    'a feature that must be enforced and is not known',
    withFeature(unknown),
    /^\S*supergraph\.graphql: it uses https:\/\/specs\.apollo\.dev\/authenticated\/v0\.1 for security, which this gateway does not know: compose it without\n$/,
  ],
  [
    'a version of the join specification that is not known',
    good.replace(/join\/v0\.\d/, 'join/v0.9'),
    /^\S*supergraph\.graphql: the gateway cannot serve it \(.+ v0\.9 .+\): compose it again, with a composition of Federation 2\.14 or older\n$/,
  ],
  [
    'a URL that is missing',
    withUrl(''),
    /^\S*supergraph\.graphql:\d+: the URL of "greetings" is missing; compose it with a routing_url like http:\S+\n$/,
  ],
  [
    'a URL that is none',
    withUrl('greetings:4001/graphql'),
    /^\S*supergraph\.graphql:\d+: the URL of "greetings" is not an http or https URL \("greetings:4001\/graphql"\); compose it with .+\n$/,
  ],
  [
    'a URL with a password',
    withUrl('http://user:secret@127.0.0.1/graphql'),
    /^\S*supergraph\.graphql:\d+: the URL of "greetings" has a user or a password in it, .+; compose it with .+\n$/,
  ],
];

test.each(broken)('refuses %s in one sentence that says what to do', async (_what, content, sentence) => {
  rmSync(file, { force: true });
  if (content !== null) writeFileSync(file, content);
  const { code, said } = await refusal({ SUPERGRAPH: file });
  expect(said).toMatch(sentence);
  expect(said).not.toContain('secret');
  expect(code).toBe(1);
});

const headers: [string, RegExp][] = [
  ['Connection', /connection belongs to one connection and cannot be forwarded; remove it/],
  ['transfer-encoding', /transfer-encoding belongs to one connection/],
  ['content-length', /content-length is set by the gateway itself; remove it/],
  ['x-forwarded-for', /x-forwarded-for would let a client claim any identity; remove it/],
  ['x-user-id', /x-user-id would let a client claim any identity/],
  ['client-address', /client-address is set by the gateway itself/],
  ['x y', /"x y" is not a header name/],
];

test('refuses to forward headers that belong to a connection, or forge an identity, each by its name', async () => {
  writeFileSync(file, good);
  const names = ['authorization', ...headers.map(([name]) => name)].join(',');
  const { code, said } = await refusal({ SUPERGRAPH: file, FORWARD_HEADERS: names });
  expect(code).toBe(1);
  const lines = said.split('\n').filter((line) => line.includes('FORWARD_HEADERS'));
  expect(lines).toEqual(headers.map(([, sentence]) => expect.stringMatching(sentence)));
});

test('refuses to forward headers to this repository’s own subgraphs, beside all else that is missing', async () => {
  const { code, said } = await refusal({ FORWARD_HEADERS: 'authorization' });
  expect([code, said]).toEqual([1, expect.stringMatching(/IDENTITY_KEY: is missing/)]);
  expect(said).toMatch(/FORWARD_HEADERS: only with SUPERGRAPH: .+; remove it/);
});

test('asks a subgraph behind TLS, at the path and with the query of its URL', async () => {
  const tls = createCertificate();
  const authority = join(folder, 'authority.pem');
  writeFileSync(authority, tls.cert);
  const resolvers = { Query: { hello: () => 'over TLS' } };
  const path = '/api/graphql?tenant=a%20b&x=1';
  const subgraph = await openForeign({ name: 'greetings', sdl, resolvers, path, tls });
  const gateway = await startStandalone(composeForeign([subgraph], 'Apollo'), {
    NODE_EXTRA_CA_CERTS: authority,
  });
  expect(await (await gateway.ask('{ hello }')).json()).toEqual({ data: { hello: 'over TLS' } });
  expect(subgraph.seen.map(({ url }) => url)).toEqual([path]);
  expect(await gateway.end()).toBe(0);

  const suspicious = await startStandalone(composeForeign([subgraph], 'Apollo'));
  const { errors } = (await (await suspicious.ask('{ hello }')).json()) as { errors: unknown[] };
  expect(errors, 'a certificate of an unknown authority').toMatchObject([
    { extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
  ]);
  expect(await suspicious.end()).toBe(0);
  await subgraph.close();
});
