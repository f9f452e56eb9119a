// Opens the gateway. Each folder is one stage on a request's way, in this order:
//   http/             reads the request: address, size, media type, operation or its hash
//   trusted-documents/  finds the registered operation of a request, if only those are answered
//   authenticate.ts   turns the session token into a viewer
//   limits/           parses, measures and validates the operation, and refuses what exceeds a limit
//   apollo/           Apollo Server with its plugins, limits/ among them; passes the operation on (apollo/wrappers.ts) to:
//   normalize/        rewrites the operation into the form that the planner handles
//   planning/         plans it in a thread of its own, within bounds
//   plan/             what such a thread runs; planner-fixes/ corrects what the planner gets wrong
//   execute/          executes the compiled plan
//   node/             answers node and nodes, by asking the owners of entities
//   fetch/            calls the subgraphs and checks what they answer
//   cache/            caches public responses, and sends equal concurrent fetches once; cache-policy/ decides what is public
//   response/         finalizes the response; errors.ts holds its public messages
// supergraph/ composes or reads the graph itself; settings/ reads what an operator sets.
import { registerConsole } from '../platform/console/page.ts';
import { getOrigin } from '../platform/http/address.ts';
import { createGracefulClose } from '../platform/http/graceful-close.ts';
import { registerHealth } from '../platform/http/health.ts';
import { listen } from '../platform/http/listen.ts';
import { createOperatorCheck } from '../platform/http/operator.ts';
import { mountWebhooks } from '../platform/subgraph/webhook.ts';
import { createApolloServer } from './apollo/server.ts';
import { setCacheHeaders } from './cache/http-caching.ts';
import { PlanCounts } from './execute/plan-counts.ts';
import { boundClients, getSubgraphLimits } from './fetch/bounded-clients.ts';
import { createDependencyCheck } from './health.ts';
import { registerGraphqlRoute } from './http/graphql-route.ts';
import { createHttpServer, registerHooks } from './http/server.ts';
import type { GatewayOptions } from './options.ts';
import { getPlanningLimits, Planning } from './planning/planning.ts';
import { readTrustedDocuments } from './trusted-documents/read-documents.ts';

export interface Gateway {
  url: string;
  /** Asks all subgraphs, and logs what their answers say of the configuration of this process. */
  checkDependencies: () => Promise<unknown>;
  /** Reports that the gateway is not ready, refuses new requests, and resolves when the running ones have ended. */
  close: () => Promise<void>;
}

/** Rejects with the error of `listen` (EADDRINUSE, EACCES). */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const { host, port, environment, settings, plans = new PlanCounts() } = options;
  const trusted = settings.TRUSTED_DOCUMENTS
    ? readTrustedDocuments(settings.OPERATIONS_DIR, options.documents)
    : undefined;
  const clients = boundClients(options.clientFor, getSubgraphLimits(settings), options.readiness);
  const limits = getPlanningLimits(settings, environment.REQUEST_TIMEOUT_MS);
  const planning = options.planning ?? new Planning(limits, options.log);
  const closePlanning = async () => (options.planning === undefined ? planning.close() : undefined);
  const apollo = createApolloServer({ ...options, clientFor: clients.clientFor, plans, planning }, trusted);
  await orClose(apollo.start(), closePlanning);
  const stop = async () => {
    await apollo.stop();
    await closePlanning();
  };

  const server = createHttpServer(options);
  const checkDependencies = createDependencyCheck({ ...options, plans, planning }, clients);
  const health = registerHealth(server, {
    service: 'gateway',
    release: environment.RELEASE,
    check: checkDependencies,
    isOperator: createOperatorCheck(environment.OPERATOR_TOKEN),
  });
  const closeServer = createGracefulClose(server, {
    startDraining: health.startDraining,
    drainMs: environment.DRAIN_MS,
  });
  // After createGracefulClose, which must count every request, also those that are refused here.
  await registerHooks(server, options);
  setCacheHeaders(server, settings);
  const authenticate = options.authenticateOver(clients.clientFor);
  const sendPage =
    environment.NODE_ENV === 'production' ? undefined : registerConsole(server, options.console);
  registerGraphqlRoute(server, { ...options, authenticate, apollo, trusted, sendPage });
  server.get('/', async (_request, reply) => reply.redirect('/graphql'));
  mountWebhooks(server, options.webhooks ?? {}, environment.REQUEST_TIMEOUT_MS);
  await orClose(Promise.all([listen(server, { host, port }), planning.whenReady]), stop);
  return {
    url: `${getOrigin(server, host)}/graphql`,
    checkDependencies,
    close: async () => {
      await closeServer();
      await stop();
    },
  };
}

async function orClose(opened: Promise<unknown>, close: () => Promise<void>): Promise<void> {
  try {
    await opened;
  } catch (cause) {
    await close();
    throw cause;
  }
}
