// The gateway: a request's way through the house. In the order in which it passes them:
//   http/            what is a GraphQL request, from where, how large
//   authenticate.ts  whom it comes from
//   limits/          what it may ask for
//   apollo.ts        parse, validate, plan, execute
//   fetch/           the hops to the subgraphs
//   errors.ts        what leaves the house
// supergraph/ is how the graph itself comes about.
import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import cors from '@fastify/cors';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { originOf } from '../platform/address.ts';
import { closerOf } from '../platform/closing.ts';
import type { Environment } from '../platform/environment.ts';
import type { Execute } from '../platform/execute.ts';
import { type Readiness, registerHealth } from '../platform/health.ts';
import type { Log } from '../platform/log.ts';
import { traceIdFrom } from '../platform/trace.ts';
import { mountWebhooks, type WebhookHandlers } from '../platform/webhook.ts';
import { apolloServer } from './apollo.ts';
import type { Authenticate } from './authenticate.ts';
import { publicHttpError } from './errors.ts';
import { forwardedHeaders } from './fetch/forwarded-headers.ts';
import type { GatewayContext } from './fetch/hop.ts';
import { dependencyHealth } from './health.ts';
import type { GatewaySettings } from './settings.ts';
import type { SupergraphSource } from './supergraph/source.ts';

export interface GatewayOptions {
  /** The graph, and every change of it. */
  supergraph: SupergraphSource;
  /** The way to each subgraph, by name. */
  hop: (name: string) => Execute;
  /** What a subgraph says of its own health. May reject. */
  readiness: (name: string, signal: AbortSignal) => Promise<Readiness>;
  authenticate: Authenticate;
  environment: Environment;
  settings: GatewaySettings;
  host: string;
  port: number;
  log: Log;
  /** What is answered here for others, by path: in one process the subgraphs have no server of their own. */
  webhooks?: WebhookHandlers;
}

export interface Gateway {
  url: string;
  /** Not ready any more, then: lets running requests end, refuses new ones. */
  close: () => Promise<void>;
}

/** Where Apollo Sandbox runs in the browser; front-ends come from CORS_ORIGINS. */
const sandboxOrigin = 'https://studio.apollographql.com';

/** Largest request a client may send, in bytes. */
const bodyLimit = 256 * 1024;

/** Listens and answers. Throws what listen throws (EADDRINUSE, EACCES). */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const { host, port, environment, log } = options;
  const server = Fastify({ bodyLimit, forceCloseConnections: 'idle' });
  const apollo = apolloServer(options);
  await apollo.start();

  await server.register(cors, {
    origin: [sandboxOrigin, ...environment.CORS_ORIGINS],
    methods: ['GET', 'POST', 'OPTIONS'],
    exposedHeaders: ['trace-id'],
    maxAge: 600,
  });
  server.setErrorHandler((error: FastifyError, _request, reply) => {
    const { status, body } = publicHttpError(error, log);
    return reply.code(status).send(body);
  });
  const health = registerHealth(server, 'gateway', () => dependencyHealth(options));
  const closeServer = closerOf(server, { draining: health.draining, drainMs: environment.DRAIN_MS });
  registerGraphql(server, apollo, options);
  server.get('/', async (_request, reply) => reply.redirect('/graphql'));
  mountWebhooks(server, options.webhooks ?? {}, environment.REQUEST_TIMEOUT_MS);
  await listen(server, apollo, host, port);
  return {
    url: `${originOf(server, host)}/graphql`,
    close: async () => {
      await closeServer();
      await apollo.stop();
    },
  };
}

function registerGraphql(
  server: FastifyInstance,
  apollo: ApolloServer<GatewayContext>,
  { environment, settings, authenticate }: GatewayOptions,
): void {
  const timeoutMs = environment.REQUEST_TIMEOUT_MS;
  server.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler: fastifyApolloHandler(apollo, {
      context: async (request: FastifyRequest, reply: FastifyReply): Promise<GatewayContext> => {
        const traceId = traceIdFrom(request.headers.traceparent);
        const deadline = Date.now() + timeoutMs;
        const signal = AbortSignal.any([clientGone(reply), AbortSignal.timeout(timeoutMs)]);
        const viewer = await authenticate(request.headers.authorization, { signal, traceId, deadline });
        const headers = forwardedHeaders(request.headers, settings.FORWARD_HEADERS);
        return { viewer, signal, traceId, deadline, headers };
      },
    }),
  });
}

async function listen(
  server: FastifyInstance,
  apollo: ApolloServer<GatewayContext>,
  host: string,
  port: number,
) {
  try {
    await server.listen({ host, port });
  } catch (cause) {
    await apollo.stop();
    throw cause;
  }
}

/** Aborts when the connection closes before the answer is out (and, harmlessly, once it is). */
function clientGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort(new Error('the client went away')));
  return gone.signal;
}
