// The gateway: Apollo's composition, planner and executor behind fastify, with our identity, hops and errors.
// One request: authenticate.ts → plan and fetch (Apollo, through hop.ts) → errors.ts.
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import cors from '@fastify/cors';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { GraphQLError } from 'graphql';
import { originOf } from '../platform/address.ts';
import { closerOf } from '../platform/closing.ts';
import type { Environment } from '../platform/environment.ts';
import type { Execute } from '../platform/execute.ts';
import { type Readiness, registerHealth } from '../platform/health.ts';
import type { Log } from '../platform/log.ts';
import { traceIdFrom } from '../platform/trace.ts';
import { mountWebhooks, type WebhookHandlers } from '../platform/webhook.ts';
import { authenticator } from './authenticate.ts';
import { publicForm, publicHttpError } from './errors.ts';
import { dependencyHealth } from './health.ts';
import { type GatewayContext, HopDataSource } from './hop.ts';

export interface GatewayOptions {
  supergraphSdl: string;
  /** The way to each subgraph, by name. */
  hop: (name: string) => Execute;
  subgraphs: readonly string[];
  /** What a subgraph says of its own health. May reject. */
  readiness: (name: string, signal: AbortSignal) => Promise<Readiness>;
  environment: Environment;
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
  const { host, port, environment, hop, log } = options;
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
  const authenticate = authenticator(hop('accounts'), log);
  server.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler: fastifyApolloHandler(apollo, {
      context: async (request: FastifyRequest, reply: FastifyReply): Promise<GatewayContext> => {
        const traceId = traceIdFrom(request.headers.traceparent);
        const deadline = Date.now() + environment.REQUEST_TIMEOUT_MS;
        const signal = AbortSignal.any([
          clientGone(reply),
          AbortSignal.timeout(environment.REQUEST_TIMEOUT_MS),
        ]);
        const viewer = await authenticate(request.headers.authorization, { signal, traceId, deadline });
        return { viewer, signal, traceId, deadline };
      },
    }),
  });
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

function apolloServer(options: GatewayOptions): ApolloServer<GatewayContext> {
  const { environment, log } = options;
  const isProduction = environment.NODE_ENV === 'production';
  const gateway = new ApolloGateway({
    supergraphSdl: options.supergraphSdl,
    buildService: ({ name }) => new HopDataSource(name, options.hop(name), log),
    logger: log,
  });
  return new ApolloServer<GatewayContext>({
    gateway,
    logger: log,
    nodeEnv: environment.NODE_ENV,
    introspection: !isProduction,
    hideSchemaDetailsFromClientErrors: isProduction,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: 5_000 },
    // Without a request (a body that is no JSON) there is no trace id yet; `traced` adds it where there is one.
    formatError: (formatted) => publicForm(formatted, undefined, log),
    plugins: [
      traced,
      isProduction
        ? ApolloServerPluginLandingPageDisabled()
        : ApolloServerPluginLandingPageLocalDefault({ footer: false, includeCookies: false }),
    ],
  });
}

/** Puts the trace id on every answer, and into faults, so that a report from a user leads to the log line. */
const traced: ApolloServerPlugin<GatewayContext> = {
  requestDidStart: async ({ contextValue: { traceId } }) => ({
    didResolveOperation: async ({ operation }) => {
      // Apollo's gateway would make a fault of ours of it.
      if (operation === undefined) throw operationUnknown();
      if (operation.operation === 'subscription') throw subscriptionsUnknown();
    },
    willSendResponse: async ({ response }) => {
      response.http.headers.set('trace-id', traceId);
      if (response.body.kind !== 'single') return;
      // The executor's notes about entities that were not there (or not the viewer's): for us, not for the client.
      delete response.body.singleResult.extensions?.valueCompletion;
      for (const error of response.body.singleResult.errors ?? []) {
        if (error.extensions?.code === 'INTERNAL_SERVER_ERROR') error.extensions.traceId = traceId;
      }
    },
  }),
};

function subscriptionsUnknown(): GraphQLError {
  return new GraphQLError('This graph has no subscriptions; ask again, or poll.', {
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED', http: { status: 400 } },
  });
}

function operationUnknown(): GraphQLError {
  return new GraphQLError('Say in "operationName" which operation of the document to run.', {
    extensions: { code: 'OPERATION_RESOLUTION_FAILURE', http: { status: 400 } },
  });
}

/** Aborts when the connection closes before the answer is out (and, harmlessly, once it is). */
function clientGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort(new Error('the client went away')));
  return gone.signal;
}
