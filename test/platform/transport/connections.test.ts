// The connections of a client, and the encodings of what arrives over them, against real servers.
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import type { Call } from '../../../platform/calls/call.ts';
import { anonymous } from '../../../platform/identity/viewer.ts';
import {
  openSubgraphClient,
  type SubgraphClient,
  type SubgraphClientOptions,
} from '../../../platform/transport/subgraph-client.ts';

const opened: { server: Server; client: SubgraphClient }[] = [];
afterEach(async () => {
  for (const { server, client } of opened.splice(0)) {
    await client.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function open(listener: RequestListener, options: SubgraphClientOptions = {}) {
  const server = createServer(listener);
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  const client = openSubgraphClient('stock', url, undefined, options);
  opened.push({ server, client });
  const call: Call = { viewer: anonymous, signal: AbortSignal.timeout(10_000), traceId: 'a'.repeat(32) };
  const ask = () => client.execute({ query: '{ tip }' }, call);
  return { ask, connections: () => connections };
}

const body = JSON.stringify({ data: { tip: 'Buy.'.repeat(100) } });

test.each([
  ['gzip', gzipSync(body)],
  ['br', brotliCompressSync(body)],
])('decodes a response with %s, which it did not ask for', async (encoding, bytes) => {
  const accepted: unknown[] = [];
  const { ask } = await open((request, response) => {
    accepted.push(request.headers['accept-encoding']);
    response.writeHead(200, { 'content-encoding': encoding, 'content-type': 'application/json' }).end(bytes);
  });
  expect(await ask()).toEqual(JSON.parse(body));
  expect(accepted).toEqual(['identity']);
});

const type = { 'content-type': 'text/html' };
const gzip = { ...type, 'content-encoding': 'gzip' };

test.each<[reason: string, what: string, message: string, respond: RequestListener]>([
  [
    'too large',
    'decodes to more than is allowed',
    'that is too large',
    (_, response) => response.writeHead(200, gzip).end(gzipSync(Buffer.alloc(1_000_000, 0x20))),
  ],
  [
    'too large',
    'has more bytes than are allowed',
    'that is too large',
    (_, response) => response.writeHead(200, type).end(Buffer.alloc(1_000_000, 0x20)),
  ],
  [
    'broken',
    'cannot be decoded',
    'that cannot be decoded',
    (_, response) => response.writeHead(200, gzip).end('no gzip'),
  ],
  [
    'broken',
    'has an unknown encoding',
    'that cannot be decoded',
    (_, response) => response.writeHead(200, { ...type, 'content-encoding': 'sdch' }).end(body),
  ],
  [
    'connection',
    'ends too early',
    'that is not complete',
    (_, response) => {
      response.writeHead(200, { ...gzip, 'content-length': 1000 }).write('{');
      setImmediate(() => response.destroy());
    },
  ],
])(
  'rejects as %s a response that %s, and names its status and content type',
  async (reason, _what, message, respond) => {
    const { ask } = await open(respond, { maxResponseBytes: 10_000 });
    await expect(ask()).rejects.toMatchObject({
      reason,
      message: `stock answered with a body ${message}, HTTP status 200 and content type "text/html"`,
    });
  },
);

test.each([
  ['of the response', '{"data":{"tip":1},"data":{"tip":2}}'],
  ['that is written in two ways', '{"data":{"tip":1,"\\u0074ip":2}}'],
  [
    'far inside, beside other text',
    '{"data":{"text":"a\\":\\\\","list":[{"a":1},{"b":{"c":1,"d":2, "c" :3}}]}}',
  ],
])('refuses a key that an object has twice: one %s', async (_what, text) => {
  const { ask } = await open((_request, response) => void response.writeHead(200, type).end(text));
  await expect(ask()).rejects.toMatchObject({
    reason: 'broken',
    message:
      'stock answered with an object that has the same key twice, HTTP status 200 and content type "text/html"',
  });
});

test('takes colons in texts, equal keys of different objects and long numbers for what they are', async () => {
  const text = '{"data":{"a:b":"c\\":d","list":[{"n":1.10},{"n":12345678901234567890}],"__proto__":{"x":1}}}';
  const { ask } = await open((_request, response) => void response.end(text));
  expect(JSON.stringify(await ask())).toBe(text);
});

test('names the status and the content type of a response that it refuses', async () => {
  const { ask } = await open(
    (_request, response) => void response.writeHead(502, { 'content-type': 'text/html' }).end('<html>'),
  );
  await expect(ask()).rejects.toThrow('stock answered with HTTP status 502 and content type "text/html"');
});

const answers: RequestListener = (_request, response) => void response.end(body);

test('replaces a connection that has reached its greatest age, also while it is in use all the time', async () => {
  const { ask, connections } = await open(answers, { maxConnectionAgeMs: 100 });
  await expect
    .poll(
      async () => {
        await ask();
        return connections();
      },
      { interval: 0, timeout: 10_000 },
    )
    .toBeGreaterThan(2);
});

test.each([
  ['uses no connection that was idle for longer than the server may keep it', 100, 1],
  ['uses a connection again that was idle for a shorter time', 30_000, 0],
])('%s', async (_what, keepAliveMs, opened) => {
  const { ask, connections } = await open(
    (_request, response) => {
      // Without the header Keep-Alive, which Node would add, the client does not learn how long the server keeps a connection.
      response.setHeader('connection', 'keep-alive');
      response.end(body);
    },
    { keepAliveMs },
  );
  await ask();
  const before = connections();
  await sleep(400);
  await ask();
  expect(connections() - before).toBe(opened);
});
