// What platform/subgraph/webhook.ts promises to a subgraph that declares a webhook. test/payments/on-provider-event.test.ts tests a real one.
import Fastify from 'fastify';
import { afterEach, expect, test } from 'vitest';
import type { Context } from '../../../platform/subgraph/context.ts';
import { bindWebhooks, mountWebhooks, type WebhookRequest } from '../../../platform/subgraph/webhook.ts';

const ctx = { own: 'its own' } as Context<string>;
let server = Fastify();
afterEach(async () => {
  await server.close();
  server = Fastify();
});

test('passes context, unparsed bytes and headers to a handler, and responds with its status', async () => {
  const seen: [Context<string>, WebhookRequest][] = [];
  const handler = async (...given: [Context<string>, WebhookRequest]) => {
    seen.push(given);
    return 202;
  };
  mountWebhooks(server, bindWebhooks(ctx, 'payments', { '/webhooks/payments/provider': handler }), 1_000);
  const payload = Buffer.from([0x7b, 0x00, 0xff, 0x0a]);
  const headers = { 'content-type': 'application/json', 'x-proof': 'mine' };
  const answer = await server.inject({
    method: 'POST',
    url: '/webhooks/payments/provider',
    headers,
    payload,
  });
  expect([answer.statusCode, answer.body]).toEqual([202, '']);
  expect(seen[0]?.[0]).toBe(ctx);
  expect(seen[0]?.[1].body.equals(payload)).toBe(true);
  expect(seen[0]?.[1].headers['x-proof']).toBe('mine');
  expect(seen[0]?.[1].signal.aborted).toBe(false);
});

test('does not change how other routes parse their bodies', async () => {
  mountWebhooks(server, bindWebhooks(ctx, 'payments', { '/webhooks/payments/a': async () => 200 }), 1_000);
  server.post('/graphql', async ({ body }) => body);
  const answer = await server.inject({ method: 'POST', url: '/graphql', payload: { query: '{ a }' } });
  expect(answer.json()).toEqual({ query: '{ a }' });
});

test('responds with 500 when a handler fails, so that the sender retries', async () => {
  const fails = () => Promise.reject(new Error('the database is away'));
  mountWebhooks(server, bindWebhooks(ctx, 'payments', { '/webhooks/payments/a': fails }), 1_000);
  expect((await server.inject({ method: 'POST', url: '/webhooks/payments/a' })).statusCode).toBe(500);
});

test.each(['/graphql', '/webhooks/accounts/a', '/webhooks/payments', '/webhooks/paymentsandmore/a'])(
  'refuses %s as a path of payments: another subgraph could have it',
  (path) => {
    expect(() => bindWebhooks(ctx, 'payments', { [path]: async () => 200 })).toThrow(
      `the webhook ${path} must begin with /webhooks/payments/`,
    );
  },
);
