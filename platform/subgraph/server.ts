// Serves a subgraph over HTTP: the same `execute` as in memory. The identity is verified before the body of a request is read.
import cors from '@fastify/cors';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { Operation, SubgraphResponse } from '../calls/call.ts';
import { parseTimeout, startResponseTimeout, timeoutHeader } from '../calls/deadline.ts';
import { buildInternalError, logFailure } from '../calls/public-errors.ts';
import { getTraceId } from '../calls/trace.ts';
import { mountChangeStream } from '../changes/change-stream.ts';
import { sandboxOrigin } from '../console/content.ts';
import { registerConsole } from '../console/page.ts';
import { buildConsoleContent } from '../console/subgraph-content.ts';
import { mountEvents } from '../events/event-route.ts';
import { getOrigin } from '../http/address.ts';
import { isUtf8ContentType } from '../http/content-type.ts';
import { challenges } from '../http/credentials.ts';
import { createGracefulClose } from '../http/graceful-close.ts';
import { registerHealth } from '../http/health.ts';
import { closeAfterAnswer } from '../http/lingering-close.ts';
import { listen } from '../http/listen.ts';
import { parseBearerToken } from '../http/operator.ts';
import { describeRelease } from '../http/release.ts';
import { findAmbiguity } from '../http/request-head.ts';
import { parseStrictJsonBytes, StrictJsonError } from '../http/strict-json.ts';
import { addressHeader, parseAddress } from '../identity/client-address.ts';
import type { Verify } from '../identity/signed-identity.ts';
import { anonymous, type Viewer } from '../identity/viewer.ts';
import type { Log } from '../process/log.ts';
import { type Bundle, bundleType, parseBundle } from '../transport/bundle-format.ts';
import { answerBundle } from '../transport/bundle-server.ts';
import { createHealthReaders } from '../transport/health-readers.ts';
import { asksForReadiness } from '../transport/subgraph-readiness.ts';
import { toInstanceReadiness, toReadiness } from './health.ts';
import type { Subgraph } from './subgraph.ts';
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
  /** How long the server continues to respond after it reports that it is not ready, in milliseconds. */
  drainMs: number;
  /** Serves GraphiQL on GET /graphql, and lets Apollo Sandbox in, to explore one subgraph alone. Off in production. */
  isExplorable: boolean;
  /** Whoever has it may read the details of /health/ready. */
  operatorToken?: string | undefined;
  /** What the operator calls the code that runs. */
  release?: string | undefined;
}

interface GraphqlOptions extends SubgraphServerOptions {
  isDraining: () => boolean;
}

/** Maximum size of a request body, in bytes. */
const maxBodyBytes = 1024 * 1024;

/** Maximum nesting of a request body. Representations contain values of scalars, which the gateway lets be 200 levels deep. */
const maxBodyDepth = 256;

/** Starts to listen. Throws the errors of listen (EADDRINUSE, EACCES). */
export async function serveSubgraph(
  options: SubgraphServerOptions,
): Promise<{ url: string; close: () => Promise<void> }> {
  const { subgraph } = options;
  // A caller may take no longer to send a request than the server may take to respond.
  const server = Fastify({
    bodyLimit: maxBodyBytes,
    forceCloseConnections: 'idle',
    requestTimeout: options.timeoutMs,
  });
  server.decorateRequest('viewer', null);
  const health = registerHealth(server, {
    service: subgraph.name,
    release: options.release,
    check: async () => {
      await subgraph.whenNeighboursAsked;
      return toInstanceReadiness(await subgraph.health());
    },
    ...createHealthReaders(subgraph.name, options.verify, options.operatorToken),
  });
  const { startDraining } = health;
  const close = createGracefulClose(server, { startDraining, drainMs: options.drainMs });
  server.addHook('onRequest', async ({ raw }) => {
    const problem = findAmbiguity(raw);
    if (problem !== undefined) throw createHttpError(400, 'BAD_REQUEST', problem);
  });
  if (options.isExplorable) {
    await server.register(cors, { origin: [sandboxOrigin], methods: ['POST', 'OPTIONS'], maxAge: 600 });
    server.get('/graphql', registerConsole(server, buildConsoleContent(subgraph.name)));
  }
  // Errors that fastify finds in a request keep their message. Errors of the server are logged and masked.
  server.setErrorHandler<FastifyError>((error, request, reply) => {
    closeAfterAnswer(request.raw, reply);
    if (error.statusCode !== undefined && error.statusCode < 500) return reply.send(error);
    const traceId = getTraceId(request.headers.traceparent);
    logFailure(options.log, error, traceId);
    return reply.code(500).send({ errors: [buildInternalError(traceId)] });
  });
  registerGraphql(server, { ...options, isDraining: health.isDraining });
  mountChangeStream(server, subgraph.changeNotices, options.verify);
  if (subgraph.readEvents !== undefined) mountEvents(server, subgraph.readEvents, options.verify);
  mountWebhooks(server, subgraph.webhooks, options.timeoutMs);
  await listen(server, options);
  const origin = getOrigin(server, options.host);
  subgraph.onListening(origin);
  return { url: `${origin}/graphql`, close };
}

function registerGraphql(server: FastifyInstance, options: GraphqlOptions): void {
  const { subgraph, verify, log } = options;
  const unauthenticatedBody = JSON.stringify({
    errors: [{ message: 'A signed identity is required.', extensions: { code: 'UNAUTHENTICATED' } }],
  });
  server.addContentTypeParser(
    ['application/json', bundleType],
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => parseBody(request, body),
  );
  server.post<{ Body: unknown }>(
    '/graphql',
    {
      // onRequest runs before the body is read, so that no body is parsed without a valid identity.
      onRequest: async (request, reply) => {
        try {
          request.viewer = await verify(getBearerToken(request));
        } catch (cause) {
          log.info({ err: cause }, 'refused a caller without a valid identity');
          closeAfterAnswer(request.raw, reply);
          return reply
            .code(401)
            .header('www-authenticate', challenges.tokenInvalid)
            .type(jsonType)
            .send(unauthenticatedBody);
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
          unauthenticatedBody,
        });
        return;
      }
      const response = await executeOperation(request, reply, options);
      reply.type(jsonType);
      const wantsReadiness = request.viewer?.kind === 'service' && asksForReadiness(request.body);
      return JSON.stringify(wantsReadiness ? await addReadiness(response, options) : response);
    },
  );
}

/** The readiness of this instance for its callers, with the response that shows that operations arrive and run. */
async function addReadiness(response: SubgraphResponse, { subgraph, release, isDraining }: GraphqlOptions) {
  const { isReady, details } = toReadiness(await subgraph.health());
  const answers = typeof response.data?.__typename === 'string' && !isDraining();
  const time = new Date().toISOString();
  const readiness = { isReady: isReady && answers, time, ...describeRelease(release), ...details };
  return { ...response, extensions: { readiness } };
}

function executeOperation(
  request: FastifyRequest<{ Body: unknown }>,
  reply: FastifyReply,
  { subgraph, timeoutMs }: SubgraphServerOptions,
): Promise<SubgraphResponse> {
  const operation = parseOperation(request.body);
  const requestTimeoutMs = parseTimeout(request.headers[timeoutHeader], timeoutMs);
  return subgraph.execute(operation, {
    viewer: request.viewer ?? anonymous,
    signal: startResponseTimeout(reply.raw, requestTimeoutMs).signal,
    deadline: Date.now() + requestTimeoutMs,
    traceId: getTraceId(request.headers.traceparent),
    // A caller with a valid identity is trusted to report the address of its client.
    address: parseAddress(request.headers[addressHeader]),
  });
}

const jsonType = 'application/json; charset=utf-8';

/** Throws an error with status 400 or 415. */
function parseBody({ headers }: FastifyRequest, body: Buffer): unknown {
  if (!isUtf8ContentType(headers['content-type'] ?? ''))
    throw createHttpError(415, 'UNSUPPORTED_MEDIA_TYPE', 'The body is not JSON in UTF-8.');
  try {
    return parseStrictJsonBytes(body, { maxDepth: maxBodyDepth, inspectsValues: false });
  } catch (cause) {
    if (!(cause instanceof StrictJsonError)) throw cause;
    throw createHttpError(400, 'BAD_REQUEST', cause.message, cause);
  }
}

/** Throws an error with status 400. */
function parseOperation(body: unknown): Operation {
  const { query, operationName: name, variables } = Object(body) as Record<string, unknown>;
  const operationName = name ?? undefined;
  const isName = operationName === undefined || typeof operationName === 'string';
  const isMap = typeof (variables ?? {}) === 'object' && !Array.isArray(variables);
  if (typeof query !== 'string' || !isName || !isMap) throw badRequest();
  return { query, operationName, variables: (variables as Operation['variables'] | null) ?? undefined };
}

function parseBundleBody(body: unknown): Bundle {
  try {
    return parseBundle(body);
  } catch (cause) {
    throw badRequest(cause);
  }
}

function badRequest(cause?: unknown): FastifyError {
  return createHttpError(400, 'BAD_REQUEST', 'The body is not a GraphQL operation.', cause);
}

function createHttpError(statusCode: number, code: string, message: string, cause?: unknown): FastifyError {
  return Object.assign(new Error(message, { cause }), { statusCode, code });
}

function getBearerToken(request: FastifyRequest): string {
  const token = parseBearerToken(request.headers.authorization ?? '');
  if (token === undefined) throw new Error('the request has no bearer token');
  return token;
}
