// Answers queries from the response cache, and adds complete responses to it. Also sets `Cache-Control` on each response that a
// cache between the gateway and the client may keep; http-caching.ts adds the other headers for those.
import type { ApolloServerPlugin, GraphQLRequestContext, GraphQLResponse } from '@apollo/server';
import { HeaderMap } from '@apollo/server';
import type { Freshness } from '../cache-policy/freshness.ts';
import type { PoliciesBySchema } from '../cache-policy/graph-policies.ts';
import type { Policy } from '../cache-policy/policy.ts';
import type { GatewayContext } from '../context.ts';
import { buildRequestKey, type CachedResponse, type ResponseCache } from './response-cache.ts';
import { type ResponseTexts, serialize } from './response-texts.ts';

interface PluginOptions {
  policies: PoliciesBySchema;
  /** Undefined when an operator has switched the cache off. */
  responses: ResponseCache | undefined;
  freshness: Freshness;
  texts: ResponseTexts;
}

type Context = GraphQLRequestContext<GatewayContext>;
type ResolvedContext = Context & Required<Pick<Context, 'document' | 'operation' | 'queryHash'>>;

export function createResponsePlugin(options: PluginOptions): ApolloServerPlugin<GatewayContext> {
  const hooks = {
    responseForOperation: async (context: Context) => findResponse(options, context as ResolvedContext),
    willSendResponse: async (context: Context) => keepResponse(options, context),
  };
  return {
    serverWillStart: async () => ({ serverWillStop: async () => options.freshness.close() }),
    requestDidStart: async ({ schema }) => (options.policies.find(schema)?.hasAny ? hooks : undefined),
  };
}

/** The cached response. Where there is none, null; a response that may be cached is pending from here on. */
function findResponse(
  { policies: policiesBySchema, responses, texts }: PluginOptions,
  { schema, document, operation, queryHash, request, contextValue }: ResolvedContext,
): GraphQLResponse | null {
  const policies = policiesBySchema.find(schema);
  const policy = policies?.getOperationPolicy(document, operation);
  if (policies === undefined || policy === undefined || policy.maxAge === 0) return null;
  const { headers, state } = contextValue;
  const key =
    policy.isPublic && responses !== undefined
      ? buildRequestKey({ queryHash, operation, request: request as never, headers })
      : undefined;
  const cached = key === undefined ? undefined : responses?.find(key);
  if (cached === undefined || responses === undefined) {
    state.pendingResponse = { policy, policies, key, marks: [], isPublic: policy.isPublic };
    return null;
  }
  return buildResponse(cached, { policy, ageSeconds: responses.getAgeSeconds(cached), texts });
}

function buildResponse(
  { text }: CachedResponse,
  { policy, ageSeconds, texts }: { policy: Policy; ageSeconds: number; texts: ResponseTexts },
): GraphQLResponse {
  // The data is empty: it only leads to the text.
  const data = {};
  texts.set(data, text);
  const headers = new HeaderMap([
    ['cache-control', formatCacheControl(policy)],
    ['age', String(ageSeconds)],
  ]);
  return { http: { headers }, body: { kind: 'single', singleResult: { data } } };
}

function keepResponse(
  { policies, responses, freshness, texts }: PluginOptions,
  { response, contextValue }: Context,
): void {
  const pending = contextValue.state.pendingResponse;
  if (pending === undefined || response?.body?.kind !== 'single') return;
  const { data, errors, extensions } = response.body.singleResult;
  const isComplete = data != null && errors === undefined && extensions === undefined;
  const { policy, key, marks } = pending;
  // Hints may call data private that was fetched without a viewer. They cannot make a response public for which a fetch was sent
  // with the viewer.
  if (!isComplete || pending.isPublic !== policy.isPublic || (response.http.status ?? 200) !== 200) return;
  response.http.headers.set('cache-control', formatCacheControl(policy));
  if (key === undefined || pending.policies !== policies.current || !marks.every(freshness.isFresh)) return;
  const text = serialize({ data });
  texts.set(data, text);
  responses?.set(key, { text, marks }, { maxAgeSeconds: policy.maxAge });
}

function formatCacheControl({ isPublic, maxAge }: Policy): string {
  return `${isPublic ? 'public' : 'private'}, max-age=${maxAge}`;
}
