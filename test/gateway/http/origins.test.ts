// Pages of other origins, with the requests that urql and browsers send.
import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOriginCheck, logOtherOrigins } from '../../../gateway/http/origins.ts';
import { readEnvironment } from '../../../platform/process/environment.ts';
import type { Log } from '../../../platform/process/log.ts';
import type { SmallGraph } from '../small-graph.ts';
import { openEcho } from './wire.ts';

const frontEnd = 'https://www.shop.example';
const local = 'http://localhost:5173';
const locals = [
  local,
  'http://localhost',
  'https://localhost:3000',
  'http://127.0.0.1:8080',
  'http://127.8.8.8:1',
  'http://[::1]:3000',
];

let development: SmallGraph;
let production: SmallGraph;
beforeAll(async () => {
  development = await openEcho({ NODE_ENV: 'development' });
  production = await openEcho({ NODE_ENV: 'production', CORS_ORIGINS: frontEnd });
});
afterAll(async () => {
  await Promise.all([development.close(), production.close()]);
});

test.each(locals)(
  'in development a page from %s may read responses, and in production it may not',
  async (origin) => {
    const body = { query: '{ ok }' };
    const allowed = await development.post(body, { origin });
    expect(allowed.headers.get('access-control-allow-origin')).toBe(origin);
    const refused = await production.post(body, { origin });
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
  },
);

test.each([
  'null',
  'http://localhost.evil.example',
  'http://evil.example:3000',
  'http://127.0.0.1.evil.example',
  'http://user@localhost:3000',
  'ftp://localhost',
  'http://10.0.0.1:3000',
  'http://[::2]:3000',
  'http://localhost:3000, http://evil.example',
])('a page from %s is not of this machine', async (origin) => {
  const { headers } = await development.post({ query: '{ ok }' }, { origin });
  expect(headers.get('access-control-allow-origin')).toBeNull();
});

/** A query as urql 6 sends it by default: GET, with this Accept header and no other of its own. */
function sendAsUrql({ url }: SmallGraph, headers: Record<string, string>): Promise<Response> {
  const search = new URLSearchParams({ query: 'query Ok {\n  ok\n}', operationName: 'Ok', variables: '{}' });
  const accept =
    'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed';
  return fetch(`${url}?${search}`, { headers: { accept, ...headers } });
}

describe('a GET request without a header that needs a preflight', () => {
  test.each([
    ['a page of this machine, in development', () => development, { origin: local }],
    ['a listed page, in production', () => production, { origin: frontEnd, 'sec-fetch-site': 'cross-site' }],
    ['a page of the same origin', () => production, { 'sec-fetch-site': 'same-origin' }],
  ])('is answered for %s', async (_who, graph, headers) => {
    const response = await sendAsUrql(graph(), headers);
    expect([response.status, await response.json()]).toEqual([200, { data: { ok: 'fine' } }]);
  });

  test.each([
    ['of an unknown client', {}],
    ['of a page that is not listed', { origin: local }],
    ['of such a page, whatever it sends beside', { origin: local, 'sec-fetch-site': 'same-origin' }],
    ['of a link on another site', { 'sec-fetch-site': 'cross-site' }],
    ['of another port of the same host', { 'sec-fetch-site': 'same-site' }],
    ['that a person typed', { 'sec-fetch-site': 'none' }],
    ['with the type of a form', { 'content-type': 'text/plain; charset=utf-8' }],
    ['with an empty header', { 'apollo-require-preflight': '' }],
  ])('%s is refused, and the message names the header to send', async (_who, headers) => {
    const response = await sendAsUrql(production, headers);
    expect([response.status, await response.json()]).toEqual([
      400,
      {
        errors: [
          {
            message:
              'A GET request needs the header "apollo-require-preflight: true", so that no other site can make a browser send it. Send that header, or use POST.',
            extensions: { code: 'BAD_REQUEST' },
          },
        ],
      },
    ]);
  });

  test('is answered with that header', async () => {
    const response = await sendAsUrql(production, { 'apollo-require-preflight': 'true' });
    expect(await response.json()).toEqual({ data: { ok: 'fine' } });
  });
});

test('an origin that may not read responses is named in the log, once, with the setting that allows it', async () => {
  const warnings: unknown[] = [];
  const log = { warn: (...warning: unknown[]) => warnings.push(warning) } as unknown as Log;
  const server = Fastify();
  const environment = readEnvironment({ NODE_ENV: 'production', CORS_ORIGINS: frontEnd });
  logOtherOrigins(server, createOriginCheck({ environment }), log);
  server.get('/', async () => 'fine');
  const send = (origin?: string) =>
    server.inject({ url: '/', headers: origin === undefined ? {} : { origin } });
  for (const origin of [undefined, frontEnd, local, local]) await send(origin);
  expect(warnings).toEqual([[{ origin: local }, expect.stringContaining('add the origin to CORS_ORIGINS')]]);
  for (let n = 0; n < 50; n += 1) await send(`http://${'x'.repeat(1_000)}.${n}`);
  for (let n = 0; n < 50; n += 1) await send(`http://${n}.example`);
  expect(warnings.length, 'a flood of origins fills no log').toBe(20);
  expect(JSON.stringify(warnings).length).toBeLessThan(10_000);
  await server.close();
});
