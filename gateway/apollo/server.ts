// Creates Apollo Server with the gateway's engine, plugins and error messages. It parses, validates and executes each request.
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { openCaching } from '../cache/caching.ts';
import type { GatewayContext } from '../context.ts';
import { toPublicError } from '../errors.ts';
import { createPersistedQueryStore } from '../http/persisted-queries.ts';
import { responseFormPlugin } from '../http/status.ts';
import { createLimitsPlugin } from '../limits/limits.ts';
import type { PlanningGatewayOptions } from '../options.ts';
import { tellExpiredSession } from '../response/expired-session.ts';
import { finalizeResponse } from '../response/finalize-response.ts';
import { releaseResponse } from '../response/release-response.ts';
import {
  createTrustedDocumentsPlugin,
  type TrustedDocuments,
} from '../trusted-documents/trusted-documents.ts';
import { createEngine } from './engine.ts';

export function createApolloServer(
  options: PlanningGatewayOptions,
  trusted?: TrustedDocuments,
): ApolloServer<GatewayContext> {
  const { environment, settings, log } = options;
  // Trusted documents have their own ids: clients cannot register others.
  const cache = trusted === undefined ? createPersistedQueryStore(settings) : undefined;
  const isProduction = environment.NODE_ENV === 'production';
  const caching = openCaching(options);
  return new ApolloServer<GatewayContext>({
    gateway: createEngine(options, caching),
    logger: log,
    nodeEnv: environment.NODE_ENV,
    introspection: !isProduction,
    hideSchemaDetailsFromClientErrors: isProduction,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    // http/origins.ts refuses such requests before they come here.
    csrfPrevention: false,
    persistedQueries: cache === undefined ? false : { cache },
    // `createLimitsPlugin` sets each document, parsed, measured and validated.
    documentStore: null,
    stringifyResult: caching.stringifyResult,
    // A request whose body is not JSON has no trace id here. Where there is one, `finalizeResponse` adds it.
    formatError: (formatted) => toPublicError(formatted, undefined, log),
    plugins: [
      releaseResponse,
      createLimitsPlugin({ settings, isProduction }),
      finalizeResponse(log),
      // After `finalizeResponse`, which can add errors. Apollo's own plugin does not see what subgraphs were asked for.
      caching.plugin,
      tellExpiredSession,
      ApolloServerPluginCacheControlDisabled(),
      responseFormPlugin,
      ...(trusted === undefined ? [] : [createTrustedDocumentsPlugin(trusted, log)]),
      // The page is the gateway's own: see platform/console/.
      ApolloServerPluginLandingPageDisabled(),
    ],
  });
}
