// The HTTP server in front of the gateway: how long and how much it listens, and what every answer of it carries.
// Knows nothing of GraphQL but the shape of its errors.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import compress from '@fastify/compress';
import cors from '@fastify/cors';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { GatewayOptions } from '../options.ts';
import { alsoTakeHttp2, boundHttp2 } from './http2.ts';
import { refuseCharset, refuseCompressed } from './media-types.ts';
import { hangUp, refuseInGraphqlShape, refusing } from './refusal.ts';
import { secureAnswers } from './response-headers.ts';
import { readJsonBytes } from './strict-json.ts';

/** Where Apollo Sandbox runs in the browser; front-ends come from CORS_ORIGINS. */
const sandboxOrigin = 'https://studio.apollographql.com';

/** Request line and headers together, in bytes: Node's own default, stated. Queries that are longer go by POST. */
export const headerLimit = 16 * 1024;

/** Smallest answer worth compressing, in bytes: below, it fits in one packet anyway. */
export const compressFrom = 1_400;

/** Larger answers are compressed in the thread pool. Smaller ones cost less than the way there. */
const compressAtOnceTo = 64 * 1024;

type Options = Pick<GatewayOptions, 'environment' | 'settings' | 'log'>;

/** A server without routes. Its hooks come later, with `guardServer`. */
export function createHttpServer({ environment, settings, log }: Options): FastifyInstance {
  const serverFactory = (handler: (request: IncomingMessage, response: ServerResponse) => void): Server => {
    const server = createServer(
      {
        maxHeaderSize: headerLimit,
        // From the first byte of a request to the end of its headers, and to the end of its body: what an honest client
        // on a bad line needs, and all that one who sends a byte a second gets.
        headersTimeout: settings.HEADERS_TIMEOUT_MS,
        requestTimeout: Math.max(settings.BODY_TIMEOUT_MS, settings.HEADERS_TIMEOUT_MS),
        // Node looks at those two only so often; its default is half a minute.
        connectionsCheckingInterval: Math.min(1_000, settings.HEADERS_TIMEOUT_MS),
        // Longer than load balancers keep theirs (60 s as a rule): the side that sends must be the one that closes, or
        // it now and then sends into a connection that is being closed, and its client sees a 502.
        keepAliveTimeout: settings.KEEP_ALIVE_MS,
      },
      handler,
    );
    // A client that takes its answer so slowly that nothing moves at all. Never cuts a request short that is still run.
    server.timeout = environment.REQUEST_TIMEOUT_MS + 60_000;
    if (settings.HTTP2) alsoTakeHttp2(server, handler, settings);
    return server;
  };
  const http = Fastify({
    serverFactory,
    trustProxy: settings.TRUSTED_PROXIES.length > 0 ? settings.TRUSTED_PROXIES : false,
    bodyLimit: settings.BODY_LIMIT_BYTES,
    forceCloseConnections: 'idle',
    // What still comes over an open connection while the server closes is answered, and told to come elsewhere next.
    return503OnClosing: false,
    clientErrorHandler: hangUp,
    frameworkErrors: (error, request, reply) => refusing(log)(error, request, reply),
  });
  refuseInGraphqlShape(http, log);
  return http;
}

/** What every request meets before its route, and what every answer carries. */
export async function guardServer(server: FastifyInstance, options: Options): Promise<void> {
  const { environment, settings } = options;
  const isProduction = environment.NODE_ENV === 'production';
  secureAnswers(server, isProduction);
  await server.register(cors, {
    origin: [...(isProduction ? [] : [sandboxOrigin]), ...environment.CORS_ORIGINS],
    // Nothing here reads cookies: tokens come in a header, which no page sends by accident.
    credentials: false,
    methods: ['GET', 'POST', 'OPTIONS'],
    exposedHeaders: ['trace-id'],
    maxAge: 600,
    // An OPTIONS that is no preflight is answered like one, instead of with a text of the plugin's.
    strictPreflight: false,
  });
  await server.register(compress, {
    globalDecompression: false,
    threshold: compressFrom,
    syncThreshold: compressAtOnceTo,
    // Ours to choose where the client takes both: brotli is smaller at the same cost (quality 4).
    encodings: ['br', 'gzip'],
  });
  server.addHook('onRequest', refuseCompressed);
  if (settings.HTTP2) boundHttp2(server, settings.BODY_TIMEOUT_MS);
  readJsonOnly(server);
}

function readJsonOnly(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      refuseCharset(request.headers['content-type']);
      return readJsonBytes(body);
    },
  );
}
