// HTTP routes for external senders, which prove their identity themselves (the signed events of a payment provider). A handler receives
// the bytes of the body as sent, because the signature covers them and must be checked before the body is parsed.
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { startTimeout } from '../calls/deadline.ts';
import type { Context } from './context.ts';

export interface WebhookRequest {
  body: Buffer;
  headers: IncomingHttpHeaders;
  /** Aborts after the timeout of the server. */
  signal: AbortSignal;
}

/** Returns the HTTP status of the response, whose body is empty. An error is a fault: the status is 500, and the sender retries. */
export type Webhook<Own = unknown> = (ctx: Context<Own>, request: WebhookRequest) => Promise<number>;

/** A webhook that is bound to the context of its subgraph. */
export type WebhookHandler = (request: WebhookRequest) => Promise<number>;

/** By path: /webhooks/<subgraph>/<sender>. */
export type WebhookHandlers = Readonly<Record<string, WebhookHandler>>;

/** Maximum size of a body, in bytes. Any client can send one. */
const maxBodyBytes = 64 * 1024;

/** Binds the webhooks of a subgraph to its context. Throws for a path outside of /webhooks/<subgraph>/. */
export function bindWebhooks<Own>(
  ctx: Context<Own>,
  subgraph: string,
  webhooks: Readonly<Record<string, Webhook<Own>>> = {},
): WebhookHandlers {
  return Object.fromEntries(
    Object.entries(webhooks).map(([path, webhook]) => {
      if (!path.startsWith(`/webhooks/${subgraph}/`))
        throw new Error(`${subgraph}: the webhook ${path} must begin with /webhooks/${subgraph}/`);
      return [path, (request: WebhookRequest) => webhook(ctx, request)];
    }),
  );
}

/** Adds the webhooks to the server, in a scope in which no body is parsed. */
export function mountWebhooks(server: FastifyInstance, webhooks: WebhookHandlers, timeoutMs: number): void {
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    for (const [path, handle] of Object.entries(webhooks)) {
      scope.post<{ Body: Buffer | undefined }>(
        path,
        { bodyLimit: maxBodyBytes },
        async ({ body, headers }, reply) => {
          const { signal, clear } = startTimeout(timeoutMs);
          const handled = handle({ body: body ?? Buffer.alloc(0), headers, signal });
          return reply.code(await handled.finally(clear)).send();
        },
      );
    }
  });
}
