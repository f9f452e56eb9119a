// The headers of every response. Browsers and proxies must not guess its type, show it in a frame, store it, or send its URL
// as a referrer.
import type { FastifyInstance } from 'fastify';
import { getTraceId } from '../../platform/calls/trace.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** From the caller's `traceparent`, or a new one. Every response has it as `trace-id`. */
    traceId: string;
  }
}

/** JSON loads nothing, and no page may show it in a frame. */
const jsonPolicy = "default-src 'none'; frame-ancestors 'none'";

/** A year. Subdomains are not included, since the gateway does not know whether they have TLS. */
const strictTransport = 'max-age=31536000';

export function setResponseHeaders(
  server: FastifyInstance,
  { isProduction }: { isProduction: boolean },
): void {
  server.decorateRequest('traceId', '');
  server.addHook('onRequest', async (request, reply) => {
    request.traceId = getTraceId(request.headers.traceparent);
    reply.headers({
      'trace-id': request.traceId,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': jsonPolicy,
      // Responses depend on the viewer. The cache replaces this header for public ones (cache/http-caching.ts).
      'cache-control': 'no-store',
    });
    // A proxy in front of the gateway terminates TLS, and reports it in this header. Browsers ignore the response header over
    // plain HTTP, so that a client that forges the request header harms nobody.
    if (isProduction && request.headers['x-forwarded-proto'] === 'https') {
      reply.header('strict-transport-security', strictTransport);
    }
  });
}
