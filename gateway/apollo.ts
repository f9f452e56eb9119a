// Apollo's part of a request: parse, validate, plan, execute. Around it: our hops to the subgraphs, our errors.
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import { finished } from './answer.ts';
import { publicForm } from './errors.ts';
import { type GatewayContext, HopDataSource } from './fetch/hop.ts';
import { clearErrors } from './fetch/subgraph-errors.ts';
import { SupergraphSchemas } from './fetch/supergraph-schemas.ts';
import type { GatewayOptions } from './gateway.ts';
import { persistedQueries } from './http/persisted-queries.ts';
import { statusByAccept } from './http/status.ts';
import { checksDocuments, type TrustedDocuments } from './http/trusted-documents.ts';
import { limits } from './limits/limits.ts';
import { openCorrections } from './plan/corrections.ts';
import { plainOperations } from './plan/plain-operations.ts';
import { planOrders } from './plan/requires-in-order.ts';
import { typesKept } from './plan/types-kept.ts';

export function apolloServer(
  options: GatewayOptions,
  trusted?: TrustedDocuments,
): ApolloServer<GatewayContext> {
  const { environment, settings, log } = options;
  // With trusted documents the ids are theirs, and nobody adds any.
  const cache = trusted === undefined ? persistedQueries(settings) : undefined;
  const isProduction = environment.NODE_ENV === 'production';
  const schemas = new SupergraphSchemas();
  const isOurs = settings.SUPERGRAPH === undefined;
  const absences = new WeakSet<GatewayContext>();
  const fetching = { log, schemas, absences, clearErrors: clearErrors(isOurs, settings.FORWARD_ERRORS) };
  const corrections = openCorrections();
  const orders = planOrders();
  const gateway = new ApolloGateway({
    // Every graph passes here, the first one and each that follows.
    supergraphSdl: async ({ update }) => {
      const stop = options.supergraph.onChange((sdl) => update(corrections.sdl(sdl)));
      return { supergraphSdl: corrections.sdl(options.supergraph.sdl), cleanup: async () => stop() };
    },
    buildService: ({ name }) =>
      typesKept(new HopDataSource(name, corrections.hop(name, options.hop(name)), fetching)),
    experimental_didResolveQueryPlan: (resolved) => {
      orders.onPlan(resolved);
      corrections.onPlan(resolved);
    },
    logger: log,
  });
  gateway.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) =>
    schemas.add(apiSchema, coreSupergraphSdl),
  );
  gateway.onSchemaLoadOrUpdate(({ coreSupergraphSdl }) => orders.change(coreSupergraphSdl));
  return new ApolloServer<GatewayContext>({
    gateway: plainOperations(corrections.gateway(gateway)),
    logger: log,
    nodeEnv: environment.NODE_ENV,
    introspection: !isProduction,
    hideSchemaDetailsFromClientErrors: isProduction,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    csrfPrevention: settings.HTTP_PROFILE === 'hardened',
    persistedQueries: cache === undefined ? false : { cache },
    // `limits` brings each document, read, measured and validated.
    documentStore: null,
    // Without a request (a body that is no JSON) there is no trace id yet; `finished` adds it where there is one.
    formatError: (formatted) => publicForm(formatted, undefined, log),
    plugins: [
      limits(settings, isProduction),
      finished(absences, log),
      statusByAccept,
      ...(trusted === undefined ? [] : [checksDocuments(trusted, log)]),
      isProduction
        ? ApolloServerPluginLandingPageDisabled()
        : ApolloServerPluginLandingPageLocalDefault({ footer: false, includeCookies: false }),
    ],
  });
}
