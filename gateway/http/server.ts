// The HTTP server of the gateway: its timeouts, its size limits, and the headers of every response. Of GraphQL it knows only
// the shape of errors.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import compress from '@fastify/compress';
import cors from '@fastify/cors';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { findAmbiguity } from '../../platform/http/request-head.ts';
import { parseStrictJsonBytes } from '../../platform/http/strict-json.ts';
import type { GatewayOptions } from '../options.ts';
import { refuseOtherHosts } from './allowed-hosts.ts';
import { acceptHttp2, enforceHttp2Limits, maxHeaderBytes } from './http2.ts';
import { refuseCompressedBody, refuseOtherCharset } from './media-types.ts';
import { createOriginCheck, logOtherOrigins } from './origins.ts';
import {
  closeBrokenConnection,
  createBadRequest,
  createErrorHandler,
  registerErrorHandlers,
} from './refusal.ts';
import { setResponseHeaders } from './response-headers.ts';

/** A smaller response fits in one packet, so that compression would gain nothing. */
const minCompressedBytes = 1_400;

/** Larger responses are compressed in the thread pool. For smaller ones the transfer costs more than the compression. */
const maxSyncCompressedBytes = 64 * 1024;

type Options = Pick<GatewayOptions, 'environment' | 'settings' | 'log'>;

/** A server without routes. `registerHooks` adds its hooks later. */
export function createHttpServer({ environment, settings, log }: Options): FastifyInstance {
  const serverFactory = (handler: (request: IncomingMessage, response: ServerResponse) => void): Server => {
    const server = createServer(
      {
        maxHeaderSize: maxHeaderBytes,
        // From the first byte of a request to the end of its headers, and to the end of its body. An honest client on a slow
        // connection needs less, and a client that sends a byte a second gets no more.
        headersTimeout: settings.HEADERS_TIMEOUT_MS,
        requestTimeout: Math.max(settings.BODY_TIMEOUT_MS, settings.HEADERS_TIMEOUT_MS),
        // How often Node checks both timeouts; its default is half a minute.
        connectionsCheckingInterval: Math.min(1_000, settings.HEADERS_TIMEOUT_MS),
        // Longer than the idle timeout of load balancers (usually 60 s). The side that sends requests must be the one that
        // closes, or it may send one into a closing connection, and its client gets a 502.
        keepAliveTimeout: settings.KEEP_ALIVE_MS,
      },
      handler,
    );
    // Closes connections on which a client reads no bytes. It is longer than any request may run.
    server.timeout = environment.REQUEST_TIMEOUT_MS + 60_000;
    if (settings.HTTP2) acceptHttp2(server, handler, settings);
    return server;
  };
  const http = Fastify({
    serverFactory,
    trustProxy: settings.TRUSTED_PROXIES.length > 0 ? settings.TRUSTED_PROXIES : false,
    bodyLimit: settings.BODY_LIMIT_BYTES,
    forceCloseConnections: 'idle',
    // While the server closes, it still handles requests on open connections, and tells clients to close those.
    return503OnClosing: false,
    clientErrorHandler: closeBrokenConnection,
    frameworkErrors: (error, request, reply) => createErrorHandler(log)(error, request, reply),
  });
  registerErrorHandlers(http, log);
  return http;
}

/** Adds the hooks that run before every route, and those that complete every response. */
export async function registerHooks(server: FastifyInstance, options: Options): Promise<void> {
  const { environment, settings } = options;
  const isProduction = environment.NODE_ENV === 'production';
  setResponseHeaders(server, { isProduction });
  refuseOtherHosts(server, options);
  server.addHook('onRequest', refuseAmbiguousHead);
  const isAllowedOrigin = createOriginCheck(options);
  logOtherOrigins(server, isAllowedOrigin, options.log);
  await server.register(cors, {
    // For an empty list the plugin still answers preflights, and for `false` it would not.
    origin: async (origin: string | undefined) =>
      origin !== undefined && isAllowedOrigin(origin) ? origin : [],
    // The gateway reads no cookies. Tokens are in a header, which a page sends on purpose only.
    credentials: false,
    methods: ['GET', 'POST', 'OPTIONS'],
    exposedHeaders: ['trace-id', 'retry-after', 'www-authenticate'],
    maxAge: 600,
    // An OPTIONS request that is no preflight gets the same response, and not the plugin's own text.
    strictPreflight: false,
  });
  await server.register(compress, {
    globalDecompression: false,
    threshold: minCompressedBytes,
    syncThreshold: maxSyncCompressedBytes,
    // When the client accepts both, the gateway chooses brotli: it is smaller at the same cost (quality 4).
    encodings: ['br', 'gzip'],
  });
  server.addHook('onRequest', refuseCompressedBody);
  if (settings.HTTP2) enforceHttp2Limits(server, settings.BODY_TIMEOUT_MS);
  acceptJsonOnly(server);
}

/** Throws 400. */
async function refuseAmbiguousHead({ raw }: FastifyRequest): Promise<void> {
  const problem = findAmbiguity(raw);
  if (problem !== undefined) throw createBadRequest(problem);
}

function acceptJsonOnly(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      refuseOtherCharset(request.headers['content-type']);
      return parseStrictJsonBytes(body);
    },
  );
}
