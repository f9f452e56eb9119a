// Requests that reach the gateway under a foreign name: DNS rebinding, with which a page of an attacker would read a gateway of
// development as if it were part of the page.
import { connect } from 'node:http2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHostCheck } from '../../../gateway/http/allowed-hosts.ts';
import { readGatewaySettings } from '../../../gateway/settings/settings.ts';
import { readEnvironment } from '../../../platform/process/environment.ts';
import { openEcho, send } from '../../gateway/http/wire.ts';

type Graph = Awaited<ReturnType<typeof openEcho>>;

let graph: Graph;
let production: Graph;
beforeAll(async () => {
  const own = { ALLOWED_HOSTS: '', NODE_ENV: 'development' };
  graph = await openEcho({ ...own, HTTP2: 'true', CORS_ORIGINS: 'https://evil.example' });
  production = await openEcho({ ...own, NODE_ENV: 'production' });
});
afterAll(() => Promise.all([graph.close(), production.close()]));

const mutation = JSON.stringify({ query: 'mutation { change }' });
const request = (method: string, path: string, host: string, headers = '') =>
  `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n${headers}\r\n`;
const json = `content-type: application/json\r\ncontent-length: ${mutation.length}\r\n`;

test.each([
  ['an operation', 'POST', '/graphql', json],
  ['the page for browsers', 'GET', '/graphql', 'accept: text/html\r\n'],
  ['a file of that page', 'GET', '/console/assets/index.js', ''],
  ['the health', 'GET', '/health/ready', ''],
  ['a path that does not exist', 'GET', '/admin', ''],
  [
    'a preflight of an allowed origin',
    'OPTIONS',
    '/graphql',
    'origin: https://evil.example\r\naccess-control-request-method: POST\r\n',
  ],
])(
  '%s for a foreign name is refused before anything else, and lets no page read the answer',
  async (_what, method, path, headers) => {
    const rebound = request(method, path, 'evil.example:4000', headers);
    const { status, code, head } = await send(graph.url, rebound, method === 'POST' ? mutation : '');
    expect({ status, code }).toEqual({ status: 421, code: 'HOST_NOT_ALLOWED' });
    expect(head.toLowerCase()).not.toContain('access-control-allow-origin');
    expect(graph.changes()).toBe(0);
  },
);

test.each(['localhost', 'localhost:4000', 'LOCALHOST.', '127.0.0.1:1', '[::1]:4000'])(
  'the page for browsers opens at %s',
  async (host) => {
    const page = request('GET', '/graphql', host, 'accept: text/html\r\n');
    expect(await send(graph.url, page)).toMatchObject({
      status: 200,
      body: expect.stringContaining('GraphiQL'),
    });
  },
);

test('over HTTP/2 the authority is judged, and a Host beside it as well', async () => {
  const session = connect(new URL(graph.url).origin);
  const ask = (headers: Record<string, string>) =>
    new Promise<number>((resolve, reject) => {
      const stream = session.request({ ':path': '/health/live', ...headers });
      stream.once('response', ({ ':status': status }) => resolve(Number(status)));
      stream.once('error', reject);
      stream.resume();
    });
  try {
    expect(await ask({ ':authority': 'localhost:4000' })).toBe(200);
    expect(await ask({ ':authority': 'evil.example' })).toBe(421);
    expect(await ask({ ':authority': 'localhost:4000', host: 'evil.example' })).toBe(421);
  } finally {
    session.close();
  }
});

test('in production without ALLOWED_HOSTS the proxy in front decides which names lead here', async () => {
  expect(await send(production.url, request('GET', '/health/live', 'shop.example'))).toMatchObject({
    status: 200,
  });
});

describe('the host', () => {
  const check = (source: Record<string, string>, host: string) => {
    const environment = readEnvironment(source);
    return createHostCheck({ environment, settings: readGatewaySettings(environment) })(host);
  };

  test.each([
    ['evil.example', false],
    ['127.0.0.1.evil.example', false],
    ['localhost.evil.example', false],
    ['localhost:80@evil.example', false],
    ['localhost,evil.example', false],
    ['192.168.1.7', false],
    ['', false],
    ['[::1', false],
    ['localhost:port', false],
    ['127.0.0.2:4000', true],
  ])('%j of a gateway on this machine is allowed: %j', (host, isAllowed) => {
    expect(check({}, host)).toBe(isAllowed);
  });

  test.each([
    [{ HOST: '0.0.0.0' }, '192.168.1.7:4000', true],
    [{ HOST: '0.0.0.0' }, '[fd00::7]:4000', true],
    [{ HOST: '0.0.0.0' }, 'my-machine', false],
    [{ HOST: 'my-machine' }, 'My-Machine:4000', true],
    [{ ALLOWED_HOSTS: 'graph.test' }, 'graph.test:4000', true],
    [{ ALLOWED_HOSTS: '*' }, 'evil.example', true],
    [{ ALLOWED_HOSTS: 'shop.example', NODE_ENV: 'production' }, 'shop.example', true],
    [{ ALLOWED_HOSTS: 'shop.example', NODE_ENV: 'production' }, 'evil.example', false],
    [{ ALLOWED_HOSTS: 'shop.example', NODE_ENV: 'production' }, '127.0.0.1:4000', true],
    [{ ALLOWED_HOSTS: 'shop.example', NODE_ENV: 'production', HOST: '0.0.0.0' }, '10.1.2.3:4000', true],
  ])('with %j the host %s is allowed: %j', (source, host, isAllowed) => {
    expect(check(source, host)).toBe(isAllowed);
  });
});
