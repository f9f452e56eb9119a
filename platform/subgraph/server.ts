// A subgraph over HTTP: the same `execute`, behind a token that is checked before a byte of the body is read.
import Fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Operation } from '../calls/call.ts';
import { parseTimeout, startResponseTimeout, timeoutHeader } from '../calls/deadline.ts';
import { buildInternalError } from '../calls/public-errors.ts';
import { getTraceId } from '../calls/trace.ts';
import { mountChangeStream } from '../changes/change-stream.ts';
import { getOrigin } from '../http/address.ts';
import { createGracefulClose } from '../http/graceful-close.ts';
import { registerHealth } from '../http/health.ts';
import { renderLandingPage } from '../http/landing-page.ts';
import { addressHeader, parseAddress } from '../identity/client-address.ts';
import type { Verify } from '../identity/signed-identity.ts';
import { anonymous, type Viewer } from '../identity/viewer.ts';
import type { Log } from '../process/log.ts';
import { type Bundle, bundleType, parseBundle } from '../transport/bundle-format.ts';
import { answerBundle } from '../transport/bundle-server.ts';
import { type Subgraph, toReadiness } from './subgraph.ts';
import { mountWebhooks } from './webhook.ts';

declare module 'fastify' {
  interface FastifyRequest {
    viewer: Viewer | null;
  }
}

export interface SubgraphServerOptions {
  subgraph: Subgraph;
  host: string;
  port: number;
  verify: Verify;
  log: Log;
  timeoutMs: number;
  /** How long it goes on answering once it is not ready any more, in milliseconds. */
  drainMs: number;
  /** Serves Apollo Sandbox on GET /graphql, to explore one subgraph alone. Off in production. */
  isExplorable: boolean;
}

/** Largest operation a caller may send, in bytes. */
const maxBodyBytes = 1024 * 1024;

/** Listens. Throws what listen throws (EADDRINUSE, EACCES). */
export async function serveSubgraph(
  options: SubgraphServerOptions,
): Promise<{ url: string; close: () => Promise<void> }> {
  const { subgraph } = options;
  // Nobody may take longer to send a request than we would take to answer it.
  const server = Fastify({
    bodyLimit: maxBodyBytes,
    forceCloseConnections: 'idle',
    requestTimeout: options.timeoutMs,
  });
  server.decorateRequest('viewer', null);
  const health = registerHealth(server, subgraph.name, async () => toReadiness(await subgraph.health()));
  const close = createGracefulClose(server, {
    startDraining: health.startDraining,
    drainMs: options.drainMs,
  });
  if (options.isExplorable) {
    server.get('/graphql', async (_request, reply) =>
      reply.type('text/html; charset=utf-8').send(await renderLandingPage()),
    );
  }
  // What fastify finds wrong with a request keeps its words; what failed on our side is logged and masked.
  server.setErrorHandler<FastifyError>((error, request, reply) => {
    if (error.statusCode !== undefined && error.statusCode < 500) return reply.send(error);
    const traceId = getTraceId(request.headers.traceparent);
    options.log.error({ err: error, traceId }, 'a request failed');
    return reply.code(500).send({ errors: [buildInternalError(traceId)] });
  });
  registerGraphql(server, options);
  mountChangeStream(server, subgraph.changeNotices, options.verify);
  mountWebhooks(server, subgraph.webhooks, options.timeoutMs);
  await server.listen({ host: options.host, port: options.port });
  const origin = getOrigin(server, options.host);
  subgraph.onListening(origin);
  return { url: `${origin}/graphql`, close };
}

function registerGraphql(server: FastifyInstance, options: SubgraphServerOptions): void {
  const { subgraph, verify, log, timeoutMs } = options;
  const refusal = JSON.stringify({
    errors: [{ message: 'A signed identity is required.', extensions: { code: 'UNAUTHENTICATED' } }],
  });
  // Read like any JSON, so that what is refused in an operation is refused here.
  server.addContentTypeParser(
    bundleType,
    { parseAs: 'string' },
    server.getDefaultJsonParser('error', 'error'),
  );
  server.post<{ Body: unknown }>(
    '/graphql',
    {
      // onRequest runs before the body is read: without a valid identity nothing is parsed at all.
      onRequest: async (request, reply) => {
        try {
          request.viewer = await verify(getBearerToken(request));
        } catch (cause) {
          log.info({ err: cause }, 'refused a caller without a valid identity');
          // The connection with it: Node would read the rest of the body, if only to throw it away.
          return reply.code(401).header('connection', 'close').type(jsonType).send(refusal);
        }
      },
    },
    async (request, reply) => {
      if (request.headers['content-type'] === bundleType) {
        const bundle = parseBundleBody(request.body);
        reply.hijack();
        await answerBundle(reply.raw, bundle, {
          ...options,
          execute: subgraph.execute,
          unauthenticatedBody: refusal,
        });
        return;
      }
      const operation = parseOperation(request.body);
      const patienceMs = parseTimeout(request.headers[timeoutHeader], timeoutMs);
      const answer = await subgraph.execute(operation, {
        viewer: request.viewer ?? anonymous,
        signal: startResponseTimeout(reply.raw, patienceMs).signal,
        deadline: Date.now() + patienceMs,
        traceId: getTraceId(request.headers.traceparent),
        // Whoever comes this far has a valid identity, and may be believed where its client came from.
        address: parseAddress(request.headers[addressHeader]),
      });
      reply.type(jsonType);
      return JSON.stringify(answer);
    },
  );
}

const jsonType = 'application/json; charset=utf-8';

/** Throws what is answered with 400. */
function parseOperation(body: unknown): Operation {
  const { query, operationName: name, variables } = Object(body) as Record<string, unknown>;
  const operationName = name ?? undefined;
  const isName = operationName === undefined || typeof operationName === 'string';
  const isMap = typeof (variables ?? {}) === 'object' && !Array.isArray(variables);
  if (typeof query !== 'string' || !isName || !isMap) throw badRequest();
  return { query, operationName, variables: (variables as Operation['variables'] | null) ?? undefined };
}

/** The same. */
function parseBundleBody(body: unknown): Bundle {
  try {
    return parseBundle(body);
  } catch (cause) {
    throw badRequest(cause);
  }
}

function badRequest(cause?: unknown): FastifyError {
  const error = new Error('The body is no GraphQL operation.', { cause });
  return Object.assign(error, { statusCode: 400, code: 'BAD_REQUEST' });
}

function getBearerToken(request: FastifyRequest): string {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ', 2);
  if (scheme?.toLowerCase() !== 'bearer' || token === undefined) throw new Error('no bearer token');
  return token;
}
