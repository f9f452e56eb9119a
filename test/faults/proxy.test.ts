// Each mode of the proxy does what its name says, and the mode "pass" changes nothing.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createRandom } from '../support/random.ts';
import { startProxy, type TcpProxy } from './proxy.ts';

let proxy: TcpProxy;
const receivedPaths: string[] = [];
const server = createServer((request: IncomingMessage, response) => {
  receivedPaths.push(request.url ?? '');
  response.end('answer');
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await startProxy((server.address() as AddressInfo).port);
});
afterEach(() => {
  proxy.setMode('pass');
  receivedPaths.length = 0;
});
afterAll(async () => {
  await proxy.close();
  server.closeAllConnections();
  server.close();
});

/** Sends a request and returns its outcome within 300 ms. */
async function request(path: string): Promise<string> {
  try {
    const response = await fetch(proxy.url + path, { signal: AbortSignal.timeout(300) });
    return await response.text();
  } catch (cause) {
    return (cause as Error).name === 'TimeoutError' ? 'no answer' : 'broken';
  }
}

test('passes requests on', async () => {
  expect(await request('/a')).toBe('answer');
});

test('resets new connections', async () => {
  proxy.reset();
  proxy.setMode('refuse');
  expect(await request('/a')).toBe('broken');
  expect(receivedPaths).toEqual([]);
});

test('swallows requests', async () => {
  proxy.setMode('swallow');
  expect(await request('/a')).toBe('no answer');
  expect(receivedPaths).toEqual([]);
});

test('passes requests on, and loses the responses', async () => {
  proxy.setMode('deafen');
  expect(await request('/a')).toBe('no answer');
  expect(receivedPaths).toEqual(['/a']);
});

test('resets connections on demand, and resets damaged connections when the mode becomes "pass" again', async () => {
  const heard = (path: string) => expect.poll(() => receivedPaths).toContain(path);
  proxy.setMode('deafen');
  const waiting = request('/a');
  await heard('/a');
  proxy.reset();
  expect(await waiting).toBe('broken');
  const damaged = request('/b');
  await heard('/b');
  proxy.setMode('pass');
  expect(await damaged).toBe('broken');
  expect(await request('/c')).toBe('answer');
});

test('loses open connections without a word to either end, and serves new ones', async () => {
  proxy.reset();
  await expect.poll(proxy.connections).toBe(0);
  const client = connect(Number(new URL(proxy.url).port), '127.0.0.1');
  await expect.poll(proxy.connections).toBe(1);
  proxy.lose();
  let isHeard = false;
  const hear = () => {
    isHeard = true;
  };
  client.on('data', hear).on('close', hear);
  client.on('error', () => {});
  client.write('GET /lost HTTP/1.1\r\nhost: a\r\n\r\n');
  expect(await request('/a')).toBe('answer');
  expect([isHeard, receivedPaths, proxy.connections() > 1]).toEqual([false, ['/a'], false]);
  client.destroy();
});

test('draws the same numbers from the same seed, and others from another seed', () => {
  const drawn = (seed: number) => {
    const random = createRandom(seed);
    return Array.from({ length: 5 }, () => random.between(1, 1_000_000));
  };
  expect(drawn(7)).toEqual(drawn(7));
  expect(drawn(7)).not.toEqual(drawn(8));
  expect(createRandom(7).fork('a').next()).toBe(createRandom(7).fork('a').next());
  expect(createRandom(7).fork('a').next()).not.toBe(createRandom(7).fork('b').next());
});
