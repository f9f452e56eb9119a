// The stream of change notices over HTTP. Which callers may read it is tested in test/gateway/cache/change-streams.test.ts.
import Fastify from 'fastify';
import { afterEach, expect, test } from 'vitest';
import { createChangeHub } from '../../../platform/changes/change-hub.ts';
import { changeStreamPath, mountChangeStream } from '../../../platform/changes/change-stream.ts';
import { service } from '../../support/viewers.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function serve() {
  const server = Fastify({ forceCloseConnections: false });
  const hub = createChangeHub({ isReceiving: false });
  mountChangeStream(server, hub, async () => service('gateway'));
  await server.listen({ host: '127.0.0.1', port: 0 });
  closers.push(() => server.close());
  return { server, hub, url: `${server.listeningOrigin}${changeStreamPath}` };
}

async function openStream(url: string) {
  const response = await fetch(url, { headers: { authorization: 'Bearer token' } });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  return {
    /** The next text that is more than an empty line; undefined when the stream has ended. */
    next: async () => {
      for (;;) {
        const { value } = (await reader?.read()) ?? {};
        if (value === undefined || value.trim() !== '') return value?.trim();
      }
    },
    /** The next text, which may be an empty line. */
    nextRaw: async () => (await reader?.read())?.value,
  };
}

test('begins with the state, and sends one line for each notice with the state after it', async () => {
  const { hub, url } = await serve();
  const stream = await openStream(url);
  expect(await stream.next()).toBe('unheard');
  hub.setReceiving(true);
  expect(await stream.next()).toBe('changed\nheard');
  hub.publish();
  expect(await stream.next()).toBe('changed\nheard');
  const second = await openStream(url);
  expect(await second.next(), 'the state is the one of the moment').toBe('heard');
});

test('sends an empty line while there is no notice', async () => {
  const { url } = await serve();
  const stream = await openStream(url);
  expect(await stream.next()).toBe('unheard');
  expect(await stream.nextRaw()).toBe('\n');
});

test('ends all streams when the server closes, which would wait for them otherwise', async () => {
  const { server, url } = await serve();
  const stream = await openStream(url);
  expect(await stream.next()).toBe('unheard');
  await server.close();
  expect(await stream.next()).toBeUndefined();
});
