// The gateway: a request's way through the house. In the order in which it passes them:
//   http/            what is a GraphQL request, from where, how large
//   authenticate.ts  whom it comes from
//   limits/          what it may ask for
//   apollo.ts        parse, validate; then engine.ts and plan/: plan, execute
//   fetch/           the hops to the subgraphs
//   cache/           what need not be asked, or not twice
//   answer.ts        what leaves the house, and in errors.ts what of its errors
// supergraph/ is how the graph itself comes about.
import type { ApolloServer } from '@apollo/server';
import type { FastifyInstance } from 'fastify';
import { originOf } from '../platform/http/address.ts';
import { closerOf } from '../platform/http/graceful-close.ts';
import { registerHealth } from '../platform/http/health.ts';
import { mountWebhooks } from '../platform/subgraph/webhook.ts';
import { apolloServer } from './apollo/server.ts';
import { mayBeKept } from './cache/http-caching.ts';
import type { GatewayContext } from './context.ts';
import { PlanCounts } from './execute/plan-counts.ts';
import { boundedWays, limitsFrom } from './fetch/policy.ts';
import { dependencyHealth } from './health.ts';
import { registerGraphql } from './http/graphql.ts';
import { createHttpServer, guardServer } from './http/server.ts';
import { readTrustedDocuments } from './http/trusted-documents.ts';
import type { GatewayOptions } from './options.ts';

export interface Gateway {
  url: string;
  /** Not ready any more, then: lets running requests end, refuses new ones. */
  close: () => Promise<void>;
}

/** Listens and answers. Throws what listen throws (EADDRINUSE, EACCES). */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const { host, port, environment, settings, plans = new PlanCounts() } = options;
  const trusted = settings.TRUSTED_DOCUMENTS ? readTrustedDocuments(settings.OPERATIONS_DIR) : undefined;
  const ways = boundedWays(options.hop, limitsFrom(settings));
  const apollo = apolloServer({ ...options, hop: ways.to, plans }, trusted);
  await apollo.start();

  const server = createHttpServer(options);
  const health = registerHealth(server, 'gateway', () => dependencyHealth({ ...options, plans }, ways));
  const closeServer = closerOf(server, { draining: health.draining, drainMs: environment.DRAIN_MS });
  // After the closer, which counts every request, also those that are refused at the door.
  await guardServer(server, options);
  mayBeKept(server, settings);
  const authenticate = options.authenticateOver(ways.to);
  registerGraphql(server, { ...options, authenticate, apollo, trusted });
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
