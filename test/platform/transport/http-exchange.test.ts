import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { exchange, exchangeText } from '../../../platform/transport/http-exchange.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function openPool(listener: RequestListener): Promise<Pool> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const pool = new Pool(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { connections: 1 });
  closers.push(() => pool.destroy());
  return pool;
}

const request = { path: '/', method: 'GET' } as const;
const neverAborted = new AbortController().signal;

test('resolves with status, content type and text, without a byte order mark', async () => {
  const pool = await openPool(({ url }, response) => {
    response.writeHead(418, url === '/typed' ? { 'content-type': 'text/plain' } : {});
    response.write(Buffer.from([0xef, 0xbb]));
    setImmediate(() => response.end(Buffer.concat([Buffer.from([0xbf]), Buffer.from('größe')])));
  });
  expect(await exchangeText(pool, { ...request, path: '/typed' }, neverAborted)).toEqual({
    statusCode: 418,
    contentType: 'text/plain',
    contentEncoding: '',
    text: 'größe',
  });
  expect(await exchangeText(pool, request, neverAborted)).toMatchObject({ contentType: '' });
});

test('ignores informational responses before the final one', async () => {
  const pool = await openPool((_request, response) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload' });
    response.end('{}');
  });
  expect(await exchangeText(pool, request, neverAborted)).toMatchObject({ statusCode: 200, text: '{}' });
});

test('an error of the reader ends the exchange with that error', async () => {
  const pool = await openPool((_request, response) => response.end('{}'));
  const cause = new Error('no frame');
  const reader = {
    onChunk: () => {
      throw cause;
    },
  };
  await expect(exchange(pool, request, neverAborted, reader)).rejects.toBe(cause);
});

test('sends no request for a signal that has aborted, and none that waited for a connection until then', async () => {
  let requests = 0;
  const first = Promise.withResolvers<void>();
  const pool = await openPool((_request, response) => {
    requests += 1;
    void first.promise.then(() => response.end('{}'));
  });
  await expect(exchangeText(pool, request, AbortSignal.abort(new Error('too late')))).rejects.toThrow(
    'too late',
  );
  const running = exchangeText(pool, request, neverAborted);
  const caller = new AbortController();
  const waiting = exchangeText(pool, request, caller.signal).catch((cause: unknown) => cause);
  await expect.poll(() => requests).toBe(1);
  caller.abort(new Error('enough'));
  expect(await waiting).toMatchObject({ message: 'enough' });
  first.resolve();
  await running;
  await exchangeText(pool, request, neverAborted);
  expect(requests).toBe(2);
});
