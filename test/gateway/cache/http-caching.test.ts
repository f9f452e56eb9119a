// The caching headers of responses, at a server that answers what the test says.
import { fastify } from 'fastify';
import { afterAll, expect, test } from 'vitest';
import { setCacheHeaders } from '../../../gateway/cache/http-caching.ts';
import { readGatewaySettings } from '../../../gateway/settings/settings.ts';
import { readEnvironment } from '../../../platform/process/environment.ts';

const server = fastify();
setCacheHeaders(
  server,
  readGatewaySettings(readEnvironment({ NODE_ENV: 'test', FORWARD_HEADERS: 'x-tenant' })),
);
server.route({
  method: ['GET', 'POST'],
  url: '/:control',
  handler: async (request, reply) => {
    reply.header('cache-control', (request.params as { control: string }).control);
    return reply.header('vary', 'Origin').type('application/json').send('{"data":{}}');
  },
});
afterAll(() => server.close());

const get = (control: string, headers: Record<string, string> = {}) =>
  server.inject({ method: 'GET', url: `/${encodeURIComponent(control)}`, headers });

test('names what a response depends on, each header once', async () => {
  const vary = async (control: string) => (await get(control)).headers.vary;
  expect(await vary('public, max-age=60')).toBe('Origin, accept, accept-encoding, x-tenant');
  expect(await vary('private, max-age=60')).toBe('Origin, accept, accept-encoding, authorization, x-tenant');
  expect(await vary('no-store')).toBe('Origin');
});

test('answers 304 to a client that has the content', async () => {
  const first = await get('public, max-age=60');
  const tag = String(first.headers.etag);
  for (const known of [tag, `W/"other", ${tag}`, tag.replace('W/', ''), ' * ']) {
    const again = await get('public, max-age=60', { 'if-none-match': known });
    expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', tag]);
  }
  expect((await get('public, max-age=60', { 'if-none-match': 'W/"other"' })).statusCode).toBe(200);
});

test('gives no tag to a response that must not be stored, nor to one to POST', async () => {
  expect((await get('no-store', { 'if-none-match': '*' })).headers.etag).toBeUndefined();
  const posted = await server.inject({ method: 'POST', url: '/public', headers: { 'if-none-match': '*' } });
  expect([posted.statusCode, posted.headers.etag]).toEqual([200, undefined]);
  expect(posted.headers.vary).toContain('accept');
});
