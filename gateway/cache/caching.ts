// Caching, put together: which responses may be cached (gateway/cache-policy/), the gateway's own response cache
// (response-plugin.ts), and what concurrent requests share (fetch-sharing.ts, shared-execution.ts). The gateway never caches or
// shares what may depend on the viewer: a response is public when the graph says so of every field, and when every fetch for it
// was sent without a viewer.
import type { ApolloServerPlugin } from '@apollo/server';
import type { GatewayInterface } from '@apollo/server-gateway-interface';
import type { FormattedExecutionResult, GraphQLSchema } from 'graphql';
import type { Execute } from '../../platform/calls/call.ts';
import type { Log } from '../../platform/process/log.ts';
import { type ChangeNoticesFor, openFreshness } from '../cache-policy/freshness.ts';
import { PoliciesBySchema } from '../cache-policy/graph-policies.ts';
import type { GatewayContext, RequestState } from '../context.ts';
import type { SupergraphSchemas } from '../fetch/supergraph-schemas.ts';
import type { GatewaySettings } from '../settings/settings.ts';
import { wrapExecutor } from '../wrap-executor.ts';
import { shareFetches } from './fetch-sharing.ts';
import { openResponseCache } from './response-cache.ts';
import { createResponsePlugin } from './response-plugin.ts';
import { ResponseTexts } from './response-texts.ts';
import { shareExecutions } from './shared-execution.ts';

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
  /** Without it, cached responses only expire. */
  changeNoticesFor?: ChangeNoticesFor;
}

export function openCaching(options: CachingOptions): Caching {
  const { settings, log, changeNoticesFor = () => undefined } = options;
  const joinMs = settings.SHARE_FETCHES_MS;
  const isForeign = settings.SUPERGRAPH !== undefined;
  const freshness = openFreshness(changeNoticesFor);
  const responses = openResponseCache(settings, freshness);
  const policies = new PoliciesBySchema();
  const texts = new ResponseTexts();
  const onShared = (data: object) => texts.expectSeveral(data);
  return {
    onGraph: (schema, schemas) => {
      policies.add(schema, schemas.get(schema));
      responses?.clear();
      freshness.recordGraphChange();
    },
    onFetch: (subgraph, query, { pendingResponse }) => {
      if (pendingResponse === undefined || !policies.current.hasAny) return;
      const kind = policies.current.getFetchKind(query);
      if (kind === 'private') pendingResponse.isPublic = false;
      if (kind === 'public') pendingResponse.marks.push(freshness.createMark(subgraph));
    },
    wrapClient: (subgraph, execute) =>
      shareFetches(subgraph, execute, { policies, freshness, log, joinMs, isForeign }),
    wrapGateway: (inner) => {
      if (!isForeign || joinMs === 0) return inner;
      return wrapExecutor(inner, (executor) => shareExecutions(executor, { freshness, joinMs, onShared }));
    },
    plugin: createResponsePlugin({ policies, responses, freshness, texts }),
    stringifyResult: (result) => texts.stringify(result),
  };
}
