// Attacks in URLs, headers and media types: requests that a foreign page can make a browser send, and requests that proxies and
// servers parse differently.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectPlain, openEcho, postHead, refusalOf, send, within } from '../../gateway/http/wire.ts';

type Graph = Awaited<ReturnType<typeof openEcho>>;

let graph: Graph;
let open: Graph;
let production: Graph;
beforeAll(async () => {
  graph = await openEcho();
  open = await openEcho({ HTTP_PROFILE: 'open' });
  production = await openEcho({ NODE_ENV: 'production' });
});
afterAll(async () => {
  await Promise.all([graph.close(), open.close(), production.close()]);
});

const body = '{"query":"{ ok }"}';
const mutation = JSON.stringify({ query: 'mutation { change }' });
const json = { 'content-type': 'application/json', 'content-length': String(body.length) };
const preflighted = { 'apollo-require-preflight': '1' };
const get = (path: string, headers = '') =>
  `GET ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\napollo-require-preflight: 1\r\n${headers}\r\n`;

describe('cross-site request forgery', () => {
  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain; charset=application/json',
    'text/plain, application/json',
    'application/json, text/plain',
    ' ',
  ])('by a form of type "%s" changes nothing', async (type) => {
    const response = await graph.post(mutation, { 'content-type': type });
    expect(await refusalOf(response)).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    expect(graph.changes()).toBe(0);
  });

  test('by a body of no type at all changes nothing', async () => {
    const response = await send(graph.url, postHead({ 'content-length': String(mutation.length) }), mutation);
    expect(response).toMatchObject({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
    expect(graph.changes()).toBe(0);
  });

  test('by a link or an image is refused, for queries as well', async () => {
    for (const query of ['{ ok }', 'mutation { change }']) {
      const response = await fetch(`${graph.url}?query=${encodeURIComponent(query)}`);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    }
    expect(graph.changes()).toBe(0);
  });

  test('by a link changes nothing in the open profile, which lets links read', async () => {
    const response = await fetch(`${open.url}?query=${encodeURIComponent('mutation { change }')}`);
    expect(response.status).toBe(405);
    expect(open.changes()).toBe(0);
  });

  test('by a method in a header or parameter changes nothing', async () => {
    const headers = { ...preflighted, 'x-http-method-override': 'POST', 'x-method-override': 'POST' };
    const address = `${graph.url}?query=${encodeURIComponent('mutation { change }')}&_method=POST`;
    expect((await fetch(address, { headers })).status).toBe(405);
    expect(graph.changes()).toBe(0);
  });

  test('by a foreign page gets no header that lets the page read the response', async () => {
    for (const origin of ['https://evil.example', 'null', 'https://studio.apollographql.com']) {
      const { headers } = await production.post(body, { origin });
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('access-control-allow-credentials')).toBeNull();
    }
  });
});

test('does not execute a mutation whose response the client does not accept', async () => {
  const response = await graph.post(mutation, { accept: 'text/html' });
  expect(await refusalOf(response)).toEqual([406, 'NOT_ACCEPTABLE']);
  expect(graph.changes()).toBe(0);
});

describe('an Accept header', () => {
  test.each([
    ['of 3,000 types', 'a/b,'.repeat(3_000), 406],
    ['of 3,000 types that are served', 'application/json;q=0.1,'.repeat(600), 200],
    ['of 5,000 parameters', `*/*${';a=b'.repeat(3_500)}`, 200],
    ['of commas', ','.repeat(10_000), 406],
    ['of an invalid quality', 'application/json;q=-1', 406],
    ['of nonsense', '\t";;;,,/*/*/', 406],
  ])('%s is parsed quickly', async (_what, accept, status) => {
    const head = postHead({ ...json, accept });
    expect((await within(2_000, () => send(graph.url, head, body))).status).toBe(status);
  });
});

describe('a query string', () => {
  const query = `query=${encodeURIComponent('{ ok }')}`;
  test.each([
    ['the query twice', `${query}&${query}`],
    ['two variables', `${query}&variables={}&variables={}`],
    ['two operation names', `${query}&operationName=a&operationName=b`],
    ['two document ids', 'documentId=a&documentId=b'],
    ['broken escapes', `${query}%E0%A4%A`],
    ['bytes that are not UTF-8', `${query}&a=%ff%fe`],
    ['NUL', `${query}%00`],
    ['variables that are not JSON', `${query}&variables={`],
    ['variables that are a list', `${query}&variables=[]`],
    ['extensions that are text', `${query}&extensions="a"`],
    ['variables nested a thousand times', `${query}&variables=${'['.repeat(1_000)}`],
  ])('with %s is a 400', async (_what, search) => {
    const response = await within(2_000, () => send(graph.url, get(`/graphql?${search}`)));
    expect(response).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
    expectPlain(response.body);
  });

  test('of a POST is ignored', async () => {
    const response = await send(graph.url, postHead(json, '/graphql?query=mutation{change}'), body);
    expect(JSON.parse(response.body)).toEqual({ data: { ok: 'fine' } });
    expect(graph.changes()).toBe(0);
  });
});

describe('an address', () => {
  test.each([
    '//graphql',
    '/graphql/',
    '/GraphQL',
    '/./graphql',
    '/a/../graphql',
    '/graphql/..',
    '/graphql%2f',
    '/graphql%00',
    '/graphql;a=b',
    '/graphql\\',
    '/%2e%2e/%2e%2e/etc/passwd',
    '//evil.example/%2e%2e',
    '/health/../graphql',
    '/__proto__',
    '/constructor',
    '/:a(',
    '/*',
    '/(.*)+$',
  ])('like %s is not the graph', async (path) => {
    const response = await send(graph.url, postHead(json, path), body);
    expect(response).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expectPlain(response.body);
  });

  test.each(['/%', '/graphql%', '/%zz', '/%c0%ae'])('that cannot be decoded (%s) is a 4xx', async (path) => {
    const response = await send(graph.url, get(path));
    expect([400, 404]).toContain(response.status);
    expect(['BAD_REQUEST', 'NOT_FOUND']).toContain(response.code);
    expectPlain(response.body);
  });

  test('of another server is not fetched: the gateway is no proxy', async () => {
    const response = await send(graph.url, get('http://169.254.169.254/latest/meta-data'));
    expect(response).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
    expect(
      (await send(graph.url, 'CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example:443\r\n\r\n')).body,
    ).toBe('');
  });

  test.each(['TRACE', 'PUT', 'PROPFIND', 'LOCK'])(
    'answers %s without repeating what was sent',
    async (method) => {
      const secret = 'cookie: secret\r\nauthorization: Bearer secret';
      const response = await send(
        graph.url,
        `${method} /graphql HTTP/1.1\r\nhost: a\r\nconnection: close\r\n${secret}\r\n\r\n`,
      );
      expect(response).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' });
      expect(response.head + response.body).not.toContain('secret');
    },
  );
});

describe('a Host header', () => {
  test.each(['[', 'a b', 'evil.example/..', '%', 'a:b:c', '"', 'a@b', 'x'.repeat(5_000)])(
    'like %s is ignored, and does no harm',
    async (host) => {
      const response = await send(graph.url, postHead({ ...json, host }), body);
      expect(JSON.parse(response.body)).toEqual({ data: { ok: 'fine' } });
    },
  );

  test('does not change the target of a redirect', async () => {
    const request =
      'GET / HTTP/1.1\r\nhost: evil.example\r\nx-forwarded-host: evil.example\r\nconnection: close\r\n\r\n';
    expect((await send(graph.url, request)).head).toMatch(/^location: \/graphql$/im);
  });
});

test('accepts only a valid trace id, and sends no other text back in a header', async () => {
  for (const traceparent of [
    'evil',
    `00-${'g'.repeat(32)}-${'1'.repeat(16)}-01`,
    `00-${'1'.repeat(5_000)}`,
  ]) {
    const { headers } = await graph.post(body, { traceparent });
    expect(headers.get('trace-id')).toMatch(/^[0-9a-f]{32}$/);
    expect(traceparent).not.toContain(headers.get('trace-id'));
  }
});

test('does not upgrade to another protocol', async () => {
  for (const protocol of ['websocket', 'h2c']) {
    const head = postHead({ ...json, connection: 'Upgrade', upgrade: protocol }).replace(
      'connection: Upgrade',
      'connection: Upgrade, close',
    );
    const response = await send(graph.url, head, body);
    expect(response.status).toBe(200);
  }
});
