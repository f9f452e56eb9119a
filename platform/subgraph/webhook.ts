// What outsiders call over HTTP with a proof of their own instead of an identity (a provider's signed events). A handler
// gets the bytes as they came: a signature is over those, and is checked before anything is parsed.
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { startTimeout } from '../calls/deadline.ts';
import type { Context } from './context.ts';

export interface WebhookRequest {
  body: Buffer;
  headers: IncomingHttpHeaders;
  /** Aborts at the deadline of requests. */
  signal: AbortSignal;
}

/** Answers the HTTP status; the body of the answer stays empty. What it throws is a fault: 500, and the sender tries again. */
export type Webhook<Own = unknown> = (ctx: Context<Own>, request: WebhookRequest) => Promise<number>;

/** A webhook that knows its subgraph's context. */
export type WebhookHandler = (request: WebhookRequest) => Promise<number>;

/** By path: /webhooks/<subgraph>/<whom it is for>. */
export type WebhookHandlers = Readonly<Record<string, WebhookHandler>>;

/** Largest body, in bytes. Anybody may send one. */
const maxBodyBytes = 64 * 1024;

/** Gives the webhooks of a subgraph its context. Throws for a path that another subgraph could have as well. */
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

/** Mounts them beside what the server answers already, in a scope in which no body is parsed. */
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
