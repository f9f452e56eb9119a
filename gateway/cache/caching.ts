// Caching, put together: which responses may be cached (graph-policies.ts), the gateway's own response cache (response-plugin.ts), and
// what several requests share while it is executed (fetch-sharing.ts, shared-execution.ts). The gateway never caches or shares
// what may depend on the viewer: a response is public when the graph says so of every field, and every fetch for it was sent
// without a viewer.
import type { ApolloServerPlugin } from '@apollo/server';
import type { GatewayInterface } from '@apollo/server-gateway-interface';
import type { FormattedExecutionResult, GraphQLSchema } from 'graphql';
import type { Execute } from '../../platform/calls/call.ts';
import type { Log } from '../../platform/process/log.ts';
import type { GatewayContext, RequestState } from '../context.ts';
import type { SupergraphSchemas } from '../fetch/supergraph-schemas.ts';
import type { GatewaySettings } from '../settings/settings.ts';
import { wrapExecutor } from '../wrap-executor.ts';
import { wrapClientWithSharing } from './fetch-sharing.ts';
import { type ChangesOf, openFreshness } from './freshness.ts';
import { PoliciesBySchema } from './graph-policies.ts';
import { openResponses } from './response-cache.ts';
import { createResponsePlugin } from './response-plugin.ts';
import { ResponseTexts } from './response-texts.ts';
import { answersAtOnce } from './shared-execution.ts';

export interface Caching {
  /** Must be called with each graph, before any operation on it. */
  onGraph: (schema: GraphQLSchema, schemas: SupergraphSchemas) => void;
  /** Must be called before each fetch: records in the request's state what the fetch means for its response. */
  onFetch: (subgraph: string, query: string, state: RequestState) => void;
  wrapClient: (subgraph: string, execute: Execute) => Execute;
  wrapGateway: (inner: GatewayInterface) => GatewayInterface;
  plugin: ApolloServerPlugin<GatewayContext>;
  stringifyResult: (result: FormattedExecutionResult) => string;
}

export interface CachingOptions {
  settings: GatewaySettings;
  log: Log;
  /** How the gateway hears that what it keeps is no longer true. */
  changes?: ChangesOf;
}

export function openCaching({ settings, log, changes = () => undefined }: CachingOptions): Caching {
  const joinMs = settings.SHARE_FETCHES_MS;
  const isForeign = settings.SUPERGRAPH !== undefined;
  const freshness = openFreshness(changes);
  const responses = openResponses(settings, freshness);
  const policies = new PoliciesBySchema();
  const texts = new ResponseTexts();
  const onShared = (data: object) => texts.expectSeveral(data);
  return {
    onGraph: (schema, schemas) => {
      policies.add(schema, schemas.get(schema));
      responses?.clear();
      freshness.renew();
    },
    onFetch: (subgraph, query, { pendingResponse }) => {
      if (pendingResponse === undefined || !policies.current.hasAny) return;
      const kind = policies.current.ofFetch(query);
      if (kind === 'private') pendingResponse.isPublic = false;
      if (kind === 'public') pendingResponse.marks.push(freshness.mark(subgraph));
    },
    wrapClient: (subgraph, execute) =>
      wrapClientWithSharing(subgraph, execute, { policies, freshness, log, joinMs, isForeign }),
    wrapGateway: (inner) => {
      if (!isForeign || joinMs === 0) return inner;
      return wrapExecutor(inner, (executor) => answersAtOnce(executor, { freshness, joinMs, onShared }));
    },
    plugin: createResponsePlugin({ policies, responses, freshness, texts }),
    stringifyResult: (result) => texts.stringify(result),
  };
}
