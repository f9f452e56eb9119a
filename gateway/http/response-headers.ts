// What every answer tells browsers and proxies: take it for what it is, show it in no frame, keep it nowhere, and say
// to nobody where the reader came from.
import type { FastifyInstance } from 'fastify';
import { getTraceId } from '../../platform/calls/trace.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The caller's, or a new one; on every answer as `trace-id`. */
    traceId: string;
  }
}

/** JSON loads nothing and is framed by nobody. */
const policyOfJson = "default-src 'none'; frame-ancestors 'none'";

/** Apollo's page states in itself what it loads (by nonce); here stands what a page cannot say of itself. */
const policyOfPages = "frame-ancestors 'none'; base-uri 'none'; object-src 'none'; form-action 'none'";

/** A year. Not for subdomains: whether those have TLS is not ours to say. */
const strictTransport = 'max-age=31536000';

export function secureAnswers(server: FastifyInstance, isProduction: boolean): void {
  server.decorateRequest('traceId', '');
  server.addHook('onRequest', async (request, reply) => {
    request.traceId = getTraceId(request.headers.traceparent);
    reply.headers({
      'trace-id': request.traceId,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': policyOfJson,
      // Answers depend on who asks.
      'cache-control': 'no-store',
    });
    // TLS ends in front of us; whoever ends it says so. Over plain HTTP browsers ignore the header, so that a client
    // that lies only speaks to itself.
    if (isProduction && request.headers['x-forwarded-proto'] === 'https') {
      reply.header('strict-transport-security', strictTransport);
    }
  });
  server.addHook('onSend', async (_request, reply) => {
    if (String(reply.getHeader('content-type')).startsWith('text/html')) {
      reply.header('content-security-policy', policyOfPages);
    }
  });
}
