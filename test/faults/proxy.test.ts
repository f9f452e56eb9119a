// The proxy does to a connection what it says, and nothing when it is told to let it be.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { randomFrom } from '../support/random.ts';
import { startProxy, type TcpProxy } from './proxy.ts';

let proxy: TcpProxy;
const asked: string[] = [];
const server = createServer((request: IncomingMessage, response) => {
  asked.push(request.url ?? '');
  response.end('answer');
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await startProxy((server.address() as AddressInfo).port);
});
afterEach(() => {
  proxy.conduct('pass');
  asked.length = 0;
});
afterAll(async () => {
  await proxy.close();
  server.closeAllConnections();
  server.close();
});

/** What becomes of a request within 300 ms. */
async function outcomeOf(path: string): Promise<string> {
  try {
    const response = await fetch(proxy.url + path, { signal: AbortSignal.timeout(300) });
    return await response.text();
  } catch (cause) {
    return (cause as Error).name === 'TimeoutError' ? 'no answer' : 'broken';
  }
}

test('lets requests through', async () => {
  expect(await outcomeOf('/a')).toBe('answer');
});

test('resets new connections', async () => {
  proxy.reset();
  proxy.conduct('refuse');
  expect(await outcomeOf('/a')).toBe('broken');
  expect(asked).toEqual([]);
});

test('swallows what is asked', async () => {
  proxy.conduct('swallow');
  expect(await outcomeOf('/a')).toBe('no answer');
  expect(asked).toEqual([]);
});

test('lets what is asked through, and loses the answer', async () => {
  proxy.conduct('deafen');
  expect(await outcomeOf('/a')).toBe('no answer');
  expect(asked).toEqual(['/a']);
});

test('resets what is under way, and everything that was damaged when the trouble ends', async () => {
  const heard = (path: string) => expect.poll(() => asked).toContain(path);
  proxy.conduct('deafen');
  const waiting = outcomeOf('/a');
  await heard('/a');
  proxy.reset();
  expect(await waiting).toBe('broken');
  const damaged = outcomeOf('/b');
  await heard('/b');
  proxy.conduct('pass');
  expect(await damaged).toBe('broken');
  expect(await outcomeOf('/c')).toBe('answer');
});

test('draws the same from the same seed, and something else from another', () => {
  const drawn = (seed: number) => {
    const random = randomFrom(seed);
    return Array.from({ length: 5 }, () => random.between(1, 1_000_000));
  };
  expect(drawn(7)).toEqual(drawn(7));
  expect(drawn(7)).not.toEqual(drawn(8));
  expect(randomFrom(7).fork('a').next()).toBe(randomFrom(7).fork('a').next());
  expect(randomFrom(7).fork('a').next()).not.toBe(randomFrom(7).fork('b').next());
});
