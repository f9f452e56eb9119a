// Attacks below HTTP: requests that never finish, headers that never end, requests that two servers would parse differently, and
// floods within one HTTP/2 connection.
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEcho, postHead, send, within } from '../../gateway/http/wire.ts';

type Graph = Awaited<ReturnType<typeof openEcho>>;

let graph: Graph;
let http2: Graph;
/** Has the default timeouts, so that it does not take a busy machine for a slow client. */
let patient: Graph;
beforeAll(async () => {
  const timeouts = { HEADERS_TIMEOUT_MS: '300', BODY_TIMEOUT_MS: '500', KEEP_ALIVE_MS: '1000' };
  graph = await openEcho(timeouts);
  http2 = await openEcho({ ...timeouts, HTTP2: 'true' });
  patient = await openEcho({ HTTP2: 'true' });
});
afterAll(async () => {
  await Promise.all([graph.close(), http2.close(), patient.close()]);
});

const body = '{"query":"{ ok }"}';
const json = { 'content-type': 'application/json', 'content-length': String(body.length) };

/** Sends one byte every 50 ms until the server closes the connection, and returns what the server sent. */
async function sendSlowly(url: string, start: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => {});
  socket.write(start);
  const dripping = setInterval(() => socket.writable && socket.write('a'), 50);
  try {
    return await text(socket).catch(() => '');
  } finally {
    clearInterval(dripping);
    socket.destroy();
  }
}

describe('a client that never finishes', () => {
  const slow = 10_000;
  test('its headers, a byte at a time (slowloris), is cut off', async () => {
    const heard = await within(slow, () => sendSlowly(graph.url, 'POST /graphql HTTP/1.1\r\nhost: a\r\nx: '));
    expect(heard).toMatch(/^HTTP\/1\.1 408 .*"REQUEST_TIMEOUT"/s);
  });

  test('its body, a byte at a time, is cut off', async () => {
    const head = postHead({ 'content-type': 'application/json', 'content-length': '100000' });
    const heard = await within(slow, () => sendSlowly(graph.url, head));
    expect(heard).toMatch(/^HTTP\/1\.1 408 .*"REQUEST_TIMEOUT"/s);
  });

  test('even its first line is cut off, also where HTTP/2 is spoken', async () => {
    for (const { url } of [graph, http2]) {
      await within(slow, () => sendSlowly(url, ''));
      await within(slow, async () => expect((await send(url)).body).not.toContain('data'));
    }
  });

  test('and opens a hundred connections does not delay other clients', async () => {
    const dripping = Array.from({ length: 100 }, () =>
      sendSlowly(graph.url, 'POST /graphql HTTP/1.1\r\nx: '),
    );
    const response = await within(2_000, () => send(graph.url, postHead(json), body));
    expect(JSON.parse(response.body)).toEqual({ data: { ok: 'fine' } });
    await within(slow, () => Promise.all(dripping));
  });

  test('and keeps the connection idle is disconnected after a time that the response announces', async () => {
    const head = postHead({ ...json, connection: 'keep-alive' });
    const response = await within(slow, () => send(graph.url, head, body));
    expect(response.head).toMatch(/^keep-alive: timeout=1$/im);
  });
});

describe('headers', () => {
  test.each([
    ['one of 20 KiB', `x: ${'a'.repeat(20_000)}\r\n`],
    ['10,000 small ones', 'a: b\r\n'.repeat(10_000)],
  ])('that never end (%s) are a 431', async (_what, headers) => {
    const response = await send(graph.url, `POST /graphql HTTP/1.1\r\nhost: a\r\n${headers}\r\n`);
    expect(response).toMatchObject({ status: 431, code: 'HEADERS_TOO_LARGE' });
  });

  test('with an address of 20 KiB are a 431', async () => {
    const response = await send(
      graph.url,
      `GET /graphql?query=${'a'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`,
    );
    expect(response).toMatchObject({ status: 431, code: 'HEADERS_TOO_LARGE' });
  });
});

describe('a request that a proxy could parse differently (smuggling)', () => {
  const hidden = 'POST /graphql HTTP/1.1\r\nhost: a\r\n';
  test.each([
    ['two lengths', `content-length: 5\r\ncontent-length: 6\r\n\r\n12345`],
    ['a length and chunks', `content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`],
    ['chunks and a length', `transfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n${hidden}`],
    ['an encoding that is not chunked at its end', `transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
    ['chunks twice', `transfer-encoding: chunked, chunked\r\n\r\n0\r\n\r\n`],
    ['a length with a sign', `content-length: +5\r\n\r\n12345`],
    ['a length in hexadecimal', `content-length: 0x5\r\n\r\n12345`],
    ['a space before the colon', `content-length : 5\r\n\r\n12345`],
    ['a line of a header folded', `x: a\r\n transfer-encoding: chunked\r\n\r\n`],
    ['bare line feeds', `x: a\ncontent-length: 5\n\n12345`],
    ['a carriage return in a header', `x: a\rcontent-length: 5\r\n\r\n12345`],
    ['NUL in a header', `x: a\0b\r\n\r\n`],
    ['a chunk of no size', `transfer-encoding: chunked\r\n\r\nxyz\r\n`],
    ['a chunk of an absurd size', `transfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n`],
  ])('by %s is refused, and nothing after it is parsed', async (_what, rest) => {
    const response = await send(
      graph.url,
      `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n${rest}`,
    );
    expect(response).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
    expect(response.body.match(/HTTP\/1\.1/g), 'one response').toBeNull();
  });

  test('by a body longer than announced gets one response, and a refusal of the rest', async () => {
    const response = await send(
      graph.url,
      postHead({ ...json, connection: 'keep-alive' }),
      `${body}${hidden}x`,
    );
    expect(response.status).toBe(200);
    expect(response.body).toMatch(/"fine".*HTTP\/1\.1 40[08] /s);
  });

  test('by bytes that are not HTTP is refused: TLS, older versions, noise', async () => {
    const noise = [
      Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]),
      'GET /graphql\r\n\r\n',
      '\0\0\0\0',
      'a'.repeat(10_000),
    ];
    for (const bytes of noise) {
      const response = await within(5_000, () => send(graph.url, bytes));
      expect([400, 408, 431]).toContain(response.status);
    }
  });
});

describe('within one HTTP/2 connection', () => {
  test('a flood of requests that are cancelled immediately does not stop other requests', async () => {
    const flood = connectHttp2(new URL(patient.url).origin);
    flood.on('error', () => {});
    for (let index = 0; index < 2_000 && !flood.destroyed; index += 1) {
      const stream = flood.request({
        ':method': 'POST',
        ':path': '/graphql',
        'content-type': 'application/json',
      });
      stream.on('error', () => {});
      stream.close(8);
    }
    const response = await within(5_000, () => send(patient.url, postHead(json), body));
    expect(JSON.parse(response.body)).toEqual({ data: { ok: 'fine' } });
    flood.destroy();
  });

  test('the server allows at most 100 concurrent requests', async () => {
    const client = connectHttp2(new URL(patient.url).origin);
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    client.once('remoteSettings', ({ maxConcurrentStreams }) => resolve(maxConcurrentStreams));
    expect(await promise).toBe(100);
    client.destroy();
  });

  test('headers larger than HTTP/1.1 takes are a 431 too', async () => {
    const client = connectHttp2(new URL(patient.url).origin);
    const stream = client.request({ ':path': '/graphql', ':method': 'POST', x: 'a'.repeat(40_000) });
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    stream.once('response', ({ ':status': status }) => resolve(status));
    stream.end(body);
    expect(await text(stream)).toContain('HEADERS_TOO_LARGE');
    expect(await promise).toBe(431);
    client.destroy();
  });
});
