// Attacks in the body of a request: the gateway refuses each with a 4xx and a code, at low cost, and executes nothing.
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectPlain, openEcho, postHead, send, sendJson, within } from '../../gateway/http/wire.ts';
import { postLargeBody } from '../../platform/http/large-body.ts';

type Graph = Awaited<ReturnType<typeof openEcho>>;

let graph: Graph;
beforeAll(async () => {
  graph = await openEcho({ HEADERS_TIMEOUT_MS: '300', BODY_TIMEOUT_MS: '300' });
});
afterAll(() => graph.close());

const echo = 'query ($text: String, $input: Deep) { echo(text: $text, input: $input) }';
const badRequest = { status: 400, code: 'BAD_REQUEST' };

/** Expects a refusal within two seconds, which is enough for a busy machine, and no subgraph call. */
async function expectRefused(
  body: string | Buffer,
  refusal: { status: number; code: string },
): Promise<void> {
  const asked = graph.asked.length;
  const response = await within(2_000, () => sendJson(graph.url, body));
  expect(response).toMatchObject(refusal);
  expectPlain(response.body);
  expect(graph.asked).toHaveLength(asked);
}

describe('prototype pollution', () => {
  test.each([
    ['the body', `{"query":"{ ok }","__proto__":{"polluted":1}}`],
    ['the variables', `{"query":"{ ok }","variables":{"__proto__":{"polluted":1}}}`],
    ['an input object', `{"query":"{ ok }","variables":{"input":{"deeper":{"__proto__":{"polluted":1}}}}}`],
    ['the extensions', `{"query":"{ ok }","extensions":{"__proto__":{"polluted":1}}}`],
    [
      'the variables, in escapes',
      `{"query":"{ ok }","variables":{"\\u005f\\u005fproto\\u005f_":{"polluted":1}}}`,
    ],
    ['a constructor', `{"query":"{ ok }","variables":{"constructor":{"prototype":{"polluted":1}}}}`],
    [
      'a constructor, in escapes',
      `{"query":"{ ok }","variables":{"c\\u006fnstructor":{"prototype":{"a":1}}}}`,
    ],
  ])('by a key of %s is refused', async (_where, body) => {
    await expectRefused(body, badRequest);
    expect('polluted' in {}).toBe(false);
  });

  test('by a key of variables in a query string is refused', async () => {
    const search = new URLSearchParams({ query: '{ ok }', variables: '{"__proto__":{"polluted":1}}' });
    const response = await fetch(`${graph.url}?${search}`, { headers: { 'apollo-require-preflight': '1' } });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });

  test('does not affect text that mentions such keys', async () => {
    const text = 'The keys "__proto__" and "constructor" of {"constructor":{"prototype":1}}.';
    const response = await graph.post({ query: echo, variables: { text } });
    expect(await response.json()).toEqual({ data: { echo: text } });
  });
});

describe('a key that occurs twice', () => {
  test.each([
    ['the body', `{"query":"{ ok }","query":"mutation { change }"}`],
    ['the body, once in escapes', `{"query":"{ ok }","qu\\u0065ry":"mutation { change }"}`],
    ['the variables', `{"query":"{ ok }","variables":{"a":1,"a":2}}`],
    ['an input object', `{"query":"{ ok }","variables":{"input":{"deeper":{"text":"a","text":"b"}}}}`],
    ['the extensions', `{"query":"{ ok }","extensions":{"a":{"b":1,"b":1}}}`],
  ])('in %s is refused, because another program would read the first', async (_where, body) => {
    await expectRefused(body, badRequest);
    expect(graph.changes()).toBe(0);
  });

  test.each(['variables', 'extensions'])('in the %s of a query string is refused', async (name) => {
    const search = new URLSearchParams({ query: '{ ok }', [name]: '{"a":1,"a":2}' });
    const response = await fetch(`${graph.url}?${search}`, { headers: { 'apollo-require-preflight': '1' } });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });
});

describe('nesting', () => {
  test.each([
    ['100,000 brackets', '['.repeat(100_000)],
    ['100,000 closed brackets', '['.repeat(100_000) + ']'.repeat(100_000)],
    [
      '20,000 objects in the variables',
      `{"query":"{ ok }","variables":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_001)}`,
    ],
    [
      '20,000 lists in the extensions',
      `{"query":"{ ok }","extensions":{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}}`,
    ],
    ['65 levels', '['.repeat(65) + ']'.repeat(65)],
  ])('of %s is refused before it is parsed', async (_what, body) => {
    await expectRefused(body, badRequest);
  });

  test('of a legitimate depth is accepted, and brackets in text do not count', async () => {
    let input: object = { text: '[{'.repeat(1_000) };
    for (let level = 0; level < 30; level += 1) input = { deeper: input };
    const response = await graph.post({ query: echo, variables: { input } });
    expect(await response.json()).toEqual({ data: { echo: expect.any(String) } });
  });
});

describe('invalid text', () => {
  const withText = (bytes: Buffer | string) =>
    Buffer.concat([
      Buffer.from(`{"query":${JSON.stringify(echo)},"variables":{"text":"`),
      Buffer.from(bytes),
      Buffer.from('"}}'),
    ]);

  test.each([
    ['bytes that are not UTF-8', withText(Buffer.from([0x61, 0xff, 0xfe]))],
    ['an overlong slash', withText(Buffer.from([0xc0, 0xaf]))],
    ['a surrogate in UTF-8', withText(Buffer.from([0xed, 0xa0, 0x80]))],
    ['half a character at the end', withText(Buffer.from([0xf0, 0x9f, 0x92]))],
    ['a NUL byte', withText('a\0b')],
    ['an escaped NUL', withText('a\\u0000b')],
    ['half a surrogate pair', withText('a\\ud800b')],
    ['a surrogate pair the wrong way round', withText('\\udc00\\ud800')],
    ['a byte order mark', Buffer.from(`\ufeff${JSON.stringify({ query: '{ ok }' })}`)],
    ['UTF-16', Buffer.from(JSON.stringify({ query: '{ ok }' }), 'utf16le')],
    ['half a surrogate pair in a key', `{"query":"{ ok }","variables":{"\\ud800":1}}`],
    ['half a surrogate pair in the query', `{"query":"{ ok } # \\ud800"}`],
  ])('(%s) is refused', async (_what, body) => {
    await expectRefused(body, badRequest);
  });

  test('does not include emoji, escaped or not', async () => {
    const response = await sendJson(graph.url, withText('🫖\\ud83e\\uded6\\u00e4'));
    expect(JSON.parse(response.body)).toEqual({ data: { echo: '🫖🫖ä' } });
  });
});

describe('numbers that their type cannot hold', () => {
  const float = 'query ($n: Float) { echo(number: $n) }';
  const int = 'query ($n: Int!) { big(kilobytes: $n) }';
  test.each([
    ['1e400, which would be infinite', float, '1e400'],
    ['-1e400', float, '-1e400'],
    ['20 digits, which would be another number', int, '12345678901234567890'],
    ['100,000 digits', float, '9'.repeat(100_000)],
  ])('(%s) are refused', async (_what, query, number) => {
    const body = JSON.stringify({ query, variables: { n: 0 } }).replace('"n":0', `"n":${number}`);
    await expectRefused(body, { status: 400, code: 'BAD_USER_INPUT' });
  });

  test('do not include large numbers that a Float can hold', async () => {
    const response = await sendJson(graph.url, `{"query":"${float}","variables":{"n":6.02214076e23}}`);
    expect(JSON.parse(response.body)).toEqual({ data: { echo: '{"number":6.02214076e+23}' } });
  });
});

describe('size', () => {
  test('of a compressed bomb does not matter: the gateway refuses it without decompression', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024, ' '));
    expect(bomb.length).toBeLessThan(100_000);
    const head = { 'content-type': 'application/json', 'content-length': String(bomb.length) };
    for (const encoding of ['gzip', 'br', 'deflate', 'zstd', 'identity, gzip', 'x']) {
      const response = await within(2_000, () =>
        send(graph.url, postHead({ ...head, 'content-encoding': encoding }), bomb),
      );
      expect(response).toMatchObject({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
    }
  });

  test('is refused by the announced length, before the client sends a body', async () => {
    const head = postHead({ 'content-type': 'application/json', 'content-length': '1000000000' });
    const response = await within(2_000, () => send(graph.url, head));
    expect(response).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
  });

  test('is refused as soon as it exceeds the limit, when the client announces no length', async () => {
    const head = postHead({ 'content-type': 'application/json', 'transfer-encoding': 'chunked' });
    const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
    const response = await within(1_000, () => send(graph.url, head, chunk.repeat(4), `1\r\n \r\n`));
    expect(response).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
  });

  test.each([
    ['announced', '/graphql', {}, 413, 'PAYLOAD_TOO_LARGE'],
    [
      'sent by a client that closes afterwards',
      '/graphql',
      { connection: 'close' },
      413,
      'PAYLOAD_TOO_LARGE',
    ],
    ['compressed', '/graphql', { 'content-encoding': 'gzip' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['sent to an unknown path', '/other', {}, 413, 'PAYLOAD_TOO_LARGE'],
  ])(
    'of 10 MB (%s) reaches a client that reads only after it has sent everything',
    async (_how, path, headers, status, code) => {
      const url = new URL(path, graph.url).href;
      const heard = await within(5_000, () => postLargeBody(url, 10_000_000, headers));
      expect(heard).toMatch(new RegExp(`^HTTP/1\\.1 ${status} .*"${code}"`, 's'));
    },
  );

  test('less than announced leads to a timeout', async () => {
    const head = postHead({ 'content-type': 'application/json', 'content-length': '100' });
    const response = await within(5_000, () => send(graph.url, head, '{"query":"{ ok }"}'));
    expect(response).toMatchObject({ status: 408, code: 'REQUEST_TIMEOUT' });
  });

  test('of a batch of 5,000 operations is a 400, and none is executed', async () => {
    const batch = Array.from({ length: 5_000 }, () => ({ query: 'mutation { change }' }));
    await expectRefused(JSON.stringify(batch), { status: 400, code: 'BATCHING_NOT_SUPPORTED' });
    expect(graph.changes()).toBe(0);
  });
});
