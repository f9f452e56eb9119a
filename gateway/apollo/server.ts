// Apollo's part of a request: parse, validate, plan, execute. Around it: our hops to the subgraphs, our errors.
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import { openCaching } from '../cache/caching.ts';
import type { GatewayContext } from '../context.ts';
import { toPublicError } from '../errors.ts';
import { persistedQueries } from '../http/persisted-queries.ts';
import { answerByAccept } from '../http/status.ts';
import { checksDocuments, type TrustedDocuments } from '../http/trusted-documents.ts';
import { createLimitsPlugin } from '../limits/limits.ts';
import type { GatewayOptions } from '../options.ts';
import { finalizeResponse } from '../response/finalize-response.ts';
import { releaseResponse } from '../response/release-response.ts';
import { createEngine } from './engine.ts';

export function createApolloServer(
  options: GatewayOptions,
  trusted?: TrustedDocuments,
): ApolloServer<GatewayContext> {
  const { environment, settings, log } = options;
  // With trusted documents the ids are theirs, and nobody adds any.
  const cache = trusted === undefined ? persistedQueries(settings) : undefined;
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
    csrfPrevention: settings.HTTP_PROFILE === 'hardened',
    persistedQueries: cache === undefined ? false : { cache },
    // `createLimitsPlugin` sets each document, parsed, measured and validated.
    documentStore: null,
    stringifyResult: caching.stringifyResult,
    // Without a request (a body that is no JSON) there is no trace id yet; `finalizeResponse` adds it where there is one.
    formatError: (formatted) => toPublicError(formatted, undefined, log),
    plugins: [
      releaseResponse,
      createLimitsPlugin({ settings, isProduction }),
      finalizeResponse(log),
      // After what may still find an error in the answer. Apollo's own knows nothing of subgraphs.
      caching.plugin,
      ApolloServerPluginCacheControlDisabled(),
      answerByAccept,
      ...(trusted === undefined ? [] : [checksDocuments(trusted, log)]),
      isProduction
        ? ApolloServerPluginLandingPageDisabled()
        : ApolloServerPluginLandingPageLocalDefault({ footer: false, includeCookies: false }),
    ],
  });
}
