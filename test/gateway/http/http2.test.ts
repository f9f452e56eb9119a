// HTTP/2 in clear text on the port of HTTP/1.1, when HTTP2=true.
import { type ClientHttp2Session, connect } from 'node:http2';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openEcho } from './wire.ts';

type Graph = Awaited<ReturnType<typeof openEcho>>;

let graph: Graph;
beforeAll(async () => {
  graph = await openEcho({ HTTP2: 'true', BODY_TIMEOUT_MS: '300' });
});
afterAll(() => graph.close());

const open: ClientHttp2Session[] = [];
afterEach(() => {
  for (const session of open.splice(0)) session.destroy();
});

function session(url: string): ClientHttp2Session {
  const opened = connect(new URL(url).origin);
  open.push(opened);
  return opened;
}

async function ask(on: ClientHttp2Session, body: string, headers: Record<string, string> = {}) {
  const stream = on.request({
    ':method': 'POST',
    ':path': '/graphql',
    'content-type': 'application/json',
    ...headers,
  });
  const { promise, resolve } = Promise.withResolvers<Record<string, unknown>>();
  stream.once('response', resolve);
  stream.end(body);
  const bytes = await buffer(stream);
  return { headers: await promise, json: () => JSON.parse(bytes.toString()) };
}

const query = JSON.stringify({ query: '{ ok }' });

test('answers many requests on one HTTP/2 connection, with the headers of every response', async () => {
  const client = session(graph.url);
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(client, query)));
  for (const { headers, json } of answers) {
    expect(json()).toEqual({ data: { ok: 'fine' } });
    expect(headers).toMatchObject({ ':status': 200, 'x-content-type-options': 'nosniff' });
    expect(headers['trace-id']).toMatch(/^[0-9a-f]{32}$/);
  }
});

test('refuses over HTTP/2 what it refuses over HTTP/1.1', async () => {
  const client = session(graph.url);
  for (const [body, headers, status, code] of [
    ['{', {}, 400, 'BAD_REQUEST'],
    [query, { 'content-type': 'text/plain' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [query, { ':path': '/nothing' }, 404, 'NOT_FOUND'],
    [query, { ':method': 'PUT' }, 405, 'METHOD_NOT_ALLOWED'],
    ['x'.repeat(300_000), {}, 413, 'PAYLOAD_TOO_LARGE'],
  ] as const) {
    const answer = await ask(client, body, headers);
    expect(answer.headers[':status']).toBe(status);
    expect(answer.json()).toMatchObject({ errors: [{ extensions: { code } }] });
  }
});

test('answers HTTP/1.1 on the same port', async () => {
  expect(await (await graph.post({ query: '{ ok }' })).json()).toEqual({ data: { ok: 'fine' } });
  expect((await fetch(new URL('/health/live', graph.url))).status).toBe(200);
});

test('cuts an HTTP/2 request whose body never ends', async () => {
  const stream = session(graph.url).request({
    ':method': 'POST',
    ':path': '/graphql',
    'content-type': 'application/json',
  });
  stream.on('error', () => {});
  stream.write('{"query":');
  const { promise, resolve } = Promise.withResolvers<void>();
  stream.once('close', resolve);
  await promise;
  expect(stream.rstCode).not.toBe(0);
});

test('closes HTTP/2 connections when it closes itself', async () => {
  const closing = await openEcho({ HTTP2: 'true' });
  const client = session(closing.url);
  await ask(client, query);
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  client.once('close', resolve);
  await closing.close();
  await gone;
});

test('refuses HTTP/2 by default', async () => {
  const plain = await openEcho();
  const client = session(plain.url);
  const { promise, resolve } = Promise.withResolvers<Error>();
  client.once('error', resolve);
  expect(await promise).toBeInstanceOf(Error);
  await plain.close();
});
