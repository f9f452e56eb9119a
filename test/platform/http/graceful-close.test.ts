import { type AddressInfo, connect } from 'node:net';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { createGracefulClose } from '../../../platform/http/graceful-close.ts';

/** A server with one slow route, which responds when the test says so. */
async function serve(drainMs = 0) {
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  const server = Fastify({ forceCloseConnections: 'idle' });
  let isReady = true;
  const startDraining = () => {
    isReady = false;
  };
  const close = createGracefulClose(server, { startDraining, drainMs });
  server.get('/slow', async () => {
    ask();
    await answered;
    return 'x'.repeat(1_000_000);
  });
  server.get('/', async () => (isReady ? 'at once' : 'not ready'));
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  return { close, answer, asked, port, url: `http://127.0.0.1:${port}` };
}

test('gives running requests their complete response, then closes although their connections are kept alive', async () => {
  const { close, answer, asked, url } = await serve();
  const running = fetch(`${url}/slow`).then((response) => response.text());
  await asked;
  let isClosed = false;
  const closed = close().then(() => {
    isClosed = true;
  });
  await expect
    .poll(() =>
      fetch(url).then(
        () => 'answered',
        () => 'refused',
      ),
    )
    .toBe('refused');
  expect(isClosed, 'it must wait for the running request').toBe(false);
  answer();
  expect(await running).toHaveLength(1_000_000);
  await closed;
});

test('answers a request that arrived over a kept connection and was not read yet when the server began to close', async () => {
  const { close, port } = await serve();
  const client = connect(port, '127.0.0.1').setEncoding('utf8');
  let heard = '';
  client.on('data', (chunk) => {
    heard += chunk;
  });
  const hungUp = new Promise((resolve) => client.once('close', resolve));
  const request = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
  client.write(request);
  await expect.poll(() => heard).toContain('at once');
  client.write(request);
  await close();
  await hungUp;
  const [, second] = heard.split('HTTP/1.1 200 OK').slice(1);
  expect(second).toMatch(/^connection: close\r$/im);
  expect(second).toContain('not ready');
});

test('does not wait for a connection that was opened and never used', async () => {
  const { close, port } = await serve();
  const unused = connect(port, '127.0.0.1');
  const hungUp = new Promise((resolve) => unused.once('close', resolve));
  await new Promise((resolve) => unused.once('connect', resolve));
  await close();
  await hungUp;
});

test('does not wait for the response to a client that has disconnected, and then still closes unused connections', async () => {
  const { close, asked, port, url } = await serve();
  const leaving = new AbortController();
  const left = fetch(`${url}/slow`, { signal: leaving.signal }).catch(() => 'left');
  await asked;
  leaving.abort();
  expect(await left).toBe('left');
  const unused = connect(port, '127.0.0.1');
  const hungUp = new Promise((resolve) => unused.once('close', resolve));
  await new Promise((resolve) => unused.once('connect', resolve));
  await close();
  await hungUp;
});

test('does not wait for a kept-alive connection that is idle', async () => {
  const { close, url } = await serve();
  expect(await (await fetch(url)).text()).toBe('at once');
  await close();
  await expect(fetch(url)).rejects.toThrow();
});

test('does not wait for requests whose caller has disconnected', async () => {
  const { close, asked, answer, url } = await serve();
  const caller = new AbortController();
  const running = fetch(`${url}/slow`, { signal: caller.signal }).catch(() => 'gone');
  await asked;
  caller.abort();
  expect(await running).toBe('gone');
  await close();
  answer();
});

test('becomes not ready immediately, and still answers while it drains', async () => {
  const { close, url } = await serve(1_000);
  const ask = async () => (await fetch(url)).text();
  expect(await ask()).toBe('at once');
  const started = performance.now();
  const closed = close();
  expect(await ask()).toBe('not ready');
  await closed;
  expect(performance.now() - started).toBeGreaterThanOrEqual(990);
  await expect(ask()).rejects.toThrow('fetch failed');
});
