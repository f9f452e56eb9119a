// Browsers as clients: they open the page of the gateway, and run pages of other origins, some of them hostile.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SmallGraph } from '../small-graph.ts';
import { openEcho, refusalOf } from './wire.ts';

const frontEnd = 'https://shop.example';
const sandbox = 'https://studio.apollographql.com';

let graph: SmallGraph;
let production: SmallGraph;
beforeAll(async () => {
  graph = await openEcho({ CORS_ORIGINS: frontEnd });
  production = await openEcho({ NODE_ENV: 'production', CORS_ORIGINS: 'https://www.shop.example' });
});
afterAll(async () => {
  await Promise.all([graph.close(), production.close()]);
});

/** The Accept header of Chromium when it opens an address. */
const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8' };
const query = { query: '{ ok }' };

test('shows GraphiQL to a browser, and redirects to it from the root', async () => {
  for (const address of [graph.url, new URL('/', graph.url)]) {
    const page = await fetch(address, { headers: browser });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain('GraphiQL');
  }
});

test('shows neither a page nor the schema in production', async () => {
  const page = await fetch(production.url, { headers: browser });
  expect(page.status).toBe(400);
  expect((await fetch(production.url, { headers: { accept: 'text/html' } })).status).toBe(406);
  expect(await page.text()).not.toContain('<html');
  const answer = await production.post({ query: '{ __schema { types { name } } }' });
  expect(await refusalOf(answer)).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
  const typo = await (await production.post({ query: '{ o }' })).text();
  expect(typo, 'no suggestions of field names').not.toMatch(/Did you mean|"ok/);
});

test('allows introspection in development', async () => {
  const answer = await (await graph.post({ query: '{ __type(name: "Query") { fields { name } } }' })).json();
  expect(answer).toEqual({ data: { __type: { fields: expect.arrayContaining([{ name: 'ok' }]) } } });
});

test.each([sandbox, frontEnd])('lets a page from %s read responses', async (origin) => {
  const response = await graph.post(query, { origin });
  expect(response.headers.get('access-control-allow-origin')).toBe(origin);
  expect(response.headers.get('vary')?.toLowerCase()).toContain('origin');
});

test('lets no page of Sandbox read responses in production', async () => {
  const response = await production.post(query, { origin: sandbox });
  expect(response.headers.get('access-control-allow-origin')).toBeNull();
  expect(response.headers.get('vary')?.toLowerCase(), 'caches need it for every origin').toContain('origin');
  const responseToFrontEnd = await production.post(query, { origin: 'https://www.shop.example' });
  expect(responseToFrontEnd.headers.get('access-control-allow-origin')).toBe('https://www.shop.example');
});

test.each([
  'https://evil.example',
  `${frontEnd}.evil.example`,
  'http://shop.example',
  'null',
  `${frontEnd}:444`,
])('lets no page from %s read responses', async (origin) => {
  expect((await graph.post(query, { origin })).headers.get('access-control-allow-origin')).toBeNull();
});

test('lets no front-end read responses in production whose origin is not configured', async () => {
  const response = await production.post(query, { origin: frontEnd });
  expect(response.headers.get('access-control-allow-origin')).toBeNull();
});

function preflight(origin: string) {
  const headers = {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type',
  };
  return fetch(graph.url, { method: 'OPTIONS', headers });
}

test('answers a preflight from a known origin with the allowed methods and headers, and for how long they are valid', async () => {
  const { status, headers } = await preflight(frontEnd);
  expect(status).toBe(204);
  expect(headers.get('access-control-allow-origin')).toBe(frontEnd);
  expect(headers.get('access-control-allow-methods')).toBe('GET, POST, OPTIONS');
  expect(headers.get('access-control-allow-headers')).toBe('authorization,content-type');
  expect(headers.get('access-control-max-age')).toBe('600');
  expect(headers.get('access-control-allow-credentials'), 'no cookies').toBeNull();
});

test('answers a preflight from an unknown origin without allowing it', async () => {
  expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
});

test('lets pages read the trace id, so that they can report it', async () => {
  const response = await graph.post(query, { origin: frontEnd });
  expect(response.headers.get('access-control-expose-headers')).toBe(
    'trace-id, retry-after, www-authenticate',
  );
});

test('answers an OPTIONS request that is no preflight with 204 and an empty body', async () => {
  const response = await fetch(graph.url, { method: 'OPTIONS' });
  expect(response.status).toBe(204);
  expect(await response.text()).toBe('');
});

test('sends headers that forbid browsers to guess the type, show a response in a frame, store it or send a referrer', async () => {
  const refused = await fetch(new URL('/nothing', graph.url));
  for (const { headers } of [await graph.post(query), await graph.post('{'), refused]) {
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
  }
});

test('lets the page load from its own host only, without scripts inside it, and lets no page show it in a frame', async () => {
  const page = await fetch(graph.url, { headers: browser });
  const policy = new Map(
    (page.headers.get('content-security-policy') ?? '').split('; ').map((directive) => {
      const [name = '', ...sources] = directive.split(' ');
      return [name, sources.join(' ')] as const;
    }),
  );
  expect(policy.get('default-src')).toBe("'none'");
  expect(policy.get('frame-ancestors')).toBe("'none'");
  for (const name of ['script-src', 'worker-src', 'connect-src']) expect(policy.get(name)).toBe("'self'");
  expect([...policy.values()].join(' ')).not.toMatch(/https?:|\*|eval|blob:/);
  expect(page.headers.get('cache-control')).toBe('no-store');
});

test('serves no file of the page in production', async () => {
  expect((await fetch(new URL('/console/assets/index.js', production.url))).status).toBe(404);
});

test('asks browsers for TLS in production behind a proxy with TLS, and nowhere else', async () => {
  const strict = async (on: SmallGraph, protocol: string) =>
    (await on.post(query, { 'x-forwarded-proto': protocol })).headers.get('strict-transport-security');
  expect(await strict(production, 'https')).toBe('max-age=31536000');
  expect(await strict(production, 'http')).toBeNull();
  expect(await strict(graph, 'https'), 'localhost would be asked for TLS from then on').toBeNull();
});
