// The forms of requests and responses: methods, media types, statuses, compression.
import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SmallGraph } from '../small-graph.ts';
import { openEcho, postHead, refusalOf, send, withHash } from './wire.ts';

let graph: SmallGraph;
beforeAll(async () => {
  graph = await openEcho({ BODY_LIMIT_BYTES: '4096' });
});
afterAll(() => graph.close());

const query = { query: '{ ok }' };
const plain = 'application/json; charset=utf-8';
const graphqlJson = 'application/graphql-response+json; charset=utf-8';

describe('the form of a response', () => {
  test.each([
    ['*/*', plain],
    ['application/*', plain],
    ['application/json', plain],
    ['application/graphql-response+json', graphqlJson],
    ['application/graphql-response+json, application/json;q=0.9', graphqlJson],
    ['application/graphql-response+json;q=0.5, application/json;q=0.9', plain],
    ['application/graphql-response+json; charset=utf-8, application/json; charset=utf-8', graphqlJson],
    ['text/html, application/graphql-response+json', graphqlJson],
    ['*/*;q=0.1, application/json;q=0', graphqlJson],
  ])('for Accept: %s it is %s', async (accept, type) => {
    const answer = await graph.post(query, { accept });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(type);
  });

  test('without an Accept header it is application/json', async () => {
    const body = JSON.stringify(query);
    const head = postHead({ 'content-type': 'application/json', 'content-length': String(body.length) });
    expect((await send(graph.url, head, body)).head).toContain(`content-type: ${plain}`);
  });

  test.each(['text/html', 'image/png', 'application/json;q=0', 'application/json; charset=utf-16'])(
    'for Accept: %s there is none, and the gateway executes nothing',
    async (accept) => {
      const asked = graph.asked.length;
      expect(await refusalOf(await graph.post(query, { accept }))).toEqual([406, 'NOT_ACCEPTABLE']);
      expect(graph.asked).toHaveLength(asked);
    },
  );
});

describe('a refusal has the media type that the client asked for', () => {
  const hash = '0'.repeat(64);
  const persisted = { ...query, extensions: withHash(hash) };
  const long = { ...query, variables: { text: 'x'.repeat(5000) } };
  const json = { 'content-type': 'application/json' };
  const requests: [number, string, string, RequestInit][] = [
    [400, 'BATCHING_NOT_SUPPORTED', '/graphql', { body: JSON.stringify([query, query]), headers: json }],
    [400, 'BAD_REQUEST', '/graphql', { body: '{', headers: json }],
    [400, 'BAD_REQUEST', '/graphql', { body: '{"query":7}', headers: json }],
    [400, 'BAD_REQUEST', '/graphql?query={ok}', { method: 'GET' }],
    [400, 'PERSISTED_QUERY_HASH_MISMATCH', '/graphql', { body: JSON.stringify(persisted), headers: json }],
    [
      401,
      'UNAUTHENTICATED',
      '/graphql',
      { body: JSON.stringify(query), headers: { ...json, authorization: 'Basic eA==' } },
    ],
    [404, 'NOT_FOUND', '/nothing', { body: '{}', headers: json }],
    [405, 'METHOD_NOT_ALLOWED', '/graphql', { method: 'PUT' }],
    [413, 'PAYLOAD_TOO_LARGE', '/graphql', { body: JSON.stringify(long), headers: json }],
    [415, 'UNSUPPORTED_MEDIA_TYPE', '/graphql', { body: 'x', headers: { 'content-type': 'text/plain' } }],
    [
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      '/graphql',
      { body: '{}', headers: { ...json, 'content-encoding': 'gzip' } },
    ],
  ];
  test.each(requests)('%s %s at %s', async (status, code, path, init) => {
    for (const [accept, type] of [
      ['application/graphql-response+json, application/json;q=0.9', graphqlJson],
      ['application/json', plain],
      ['*/*', plain],
    ] as const) {
      const headers = { ...(init.headers as Record<string, string>), accept };
      const answer = await fetch(new URL(path, graph.url), { method: 'POST', ...init, headers });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([status, type]);
      expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code } }] });
    }
  });

  test('and is application/json for a client that takes neither', async () => {
    const answer = await graph.post(query, { accept: 'text/html' });
    expect(answer.headers.get('content-type')).toBe(plain);
  });
});

describe('the status of an operation that cannot run', () => {
  const broken = ['{', '{ nothing }', 'query ($number: Float!) { echo(number: $number) }'];
  test.each(broken)('is 400 for %s, unless the client names application/json', async (text) => {
    const statusFor = async (accept: string) => (await graph.post({ query: text }, { accept })).status;
    expect(await statusFor('*/*')).toBe(400);
    expect(await statusFor('application/graphql-response+json')).toBe(400);
    expect(await statusFor('application/json')).toBe(200);
  });

  test('is the same for every client when the refusal has another cause', async () => {
    const accept = 'application/json';
    const twoOperations = { query: 'query A { ok } query B { ok }' };
    expect(await refusalOf(await graph.post(twoOperations, { accept }))).toEqual([
      400,
      'OPERATION_RESOLUTION_FAILURE',
    ]);
    expect((await graph.post(query, { accept, authorization: 'Basic eA==' })).status).toBe(401);
  });
});

describe('a request', () => {
  test.each(['application/json', 'application/json;charset=utf-8', 'Application/JSON; Charset="UTF-8"'])(
    'may have the type %s',
    async (type) => {
      expect((await graph.post(query, { 'content-type': type })).status).toBe(200);
    },
  );

  test.each([
    'application/json; charset=utf-16',
    'application/json; charset=latin1',
    'application/json; charset=utf-8; charset=utf-7',
    'application/graphql',
    'application/graphql+json',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'nonsense',
  ])('must not have the type %s', async (type) => {
    const answer = await graph.post(query, { 'content-type': type });
    expect(await refusalOf(answer)).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
  });

  test('may have a body of BODY_LIMIT_BYTES, and no larger one', async () => {
    const padded = (bytes: number) => {
      const text = JSON.stringify({ ...query, variables: { a: '' } });
      return text.replace('""', `"${'x'.repeat(bytes - text.length)}"`);
    };
    expect((await graph.post(padded(4096))).status).toBe(200);
    expect(await refusalOf(await graph.post(padded(4097)))).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  });

  test.each(['{', '"text"', '7', 'null', ''])('with the body %s is a 400', async (body) => {
    expect(await refusalOf(await graph.post(body))).toEqual([400, 'BAD_REQUEST']);
  });

  test('with several operations in an array is a 400 with a code of its own', async () => {
    const answer = await graph.post([query, query]);
    expect(await refusalOf(answer)).toEqual([400, 'BATCHING_NOT_SUPPORTED']);
  });

  test('may be a GET with a header that no link or form can send', async () => {
    const address = `${graph.url}?query=${encodeURIComponent('query ($t: String) { echo(text: $t) }')}&variables=${encodeURIComponent('{"t":"hä?"}')}`;
    for (const headers of [{ 'apollo-require-preflight': '1' }, { 'content-type': 'application/json' }]) {
      const answer = await fetch(address, { headers: { ...headers } });
      expect(await answer.json()).toEqual({ data: { echo: 'hä?' } });
    }
  });
});

describe('a path', () => {
  test.each(['PUT', 'DELETE', 'PATCH', 'HEAD', 'PROPFIND'])(
    'that exists refuses %s with 405, and names the methods that it accepts',
    async (method) => {
      const answer = await fetch(graph.url, { method });
      expect(answer.headers.get('allow')).toBe('GET, POST, OPTIONS');
      expect(answer.headers.get('trace-id')).toMatch(/^[0-9a-f]{32}$/);
      expect(answer.status).toBe(405);
      if (method !== 'HEAD') expect(await refusalOf(answer)).toEqual([405, 'METHOD_NOT_ALLOWED']);
    },
  );

  test('that does not exist is a 404', async () => {
    for (const method of ['GET', 'POST']) {
      const answer = await fetch(new URL('/nothing', graph.url), { method });
      expect(await refusalOf(answer)).toEqual([404, 'NOT_FOUND']);
    }
  });
});

test('an idle connection stays open longer than those of load balancers, which close after 60 seconds as a rule', async () => {
  const { headers } = await graph.post(query);
  expect(Number(/timeout=(\d+)/.exec(headers.get('keep-alive') ?? '')?.[1])).toBeGreaterThan(60);
});

describe('compression', () => {
  const large = JSON.stringify({ query: '{ big(kilobytes: 200) }' });
  const small = JSON.stringify(query);
  const ask = (body: string, encodings: string) => {
    const headers = { 'content-type': 'application/json', 'accept-encoding': encodings };
    return fetch(graph.url, { method: 'POST', headers, body });
  };

  test.each([
    ['br', 'br, gzip, deflate'],
    ['gzip', 'gzip, deflate'],
    ['gzip', 'br;q=0, gzip;q=0.5'],
    [null, 'identity'],
    [null, 'zstd'],
  ])('is %s for a client that accepts %s', async (encoding, taken) => {
    const answer = await ask(large, taken);
    expect(answer.headers.get('content-encoding')).toBe(encoding);
    expect(await answer.json()).toEqual({ data: { big: 'teapot, '.repeat(200 * 128) } });
    if (encoding !== null) expect(answer.headers.get('vary')?.toLowerCase()).toContain('accept-encoding');
  });

  test('leaves responses alone that fit in a packet', async () => {
    const answer = await ask(small, 'br, gzip');
    expect(answer.headers.get('content-encoding')).toBeNull();
    expect(await answer.json()).toEqual({ data: { ok: 'fine' } });
  });

  test('reduces a large response to a fraction of its size', async () => {
    for (const [encoding, decompress] of [
      ['br', brotliDecompressSync],
      ['gzip', gunzipSync],
    ] as const) {
      const bytes = await rawBody(encoding, large);
      expect(bytes.length).toBeLessThan(10_000);
      expect(decompress(bytes).length).toBeGreaterThan(200 * 1024);
    }
  });
});

/** The bytes of the response's body as they were sent. */
async function rawBody(encoding: string, body: string): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const headers = { 'content-type': 'application/json', 'accept-encoding': encoding };
  const asking = request(graph.url, { method: 'POST', headers, agent: false }, async (response) => {
    resolve(Buffer.concat(await response.toArray()));
  });
  asking.on('error', reject).end(body);
  return promise;
}
