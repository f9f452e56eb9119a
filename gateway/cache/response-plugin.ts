// Answers queries from the response cache, and puts complete responses into it. Also sets `Cache-Control` on every response
// that a cache in front of the gateway may keep (http-caching.ts does the rest for those).
import type { ApolloServerPlugin, GraphQLRequestContext, GraphQLResponse } from '@apollo/server';
import { HeaderMap } from '@apollo/server';
import type { GatewayContext } from '../context.ts';
import type { Freshness } from './freshness.ts';
import type { PoliciesBySchema } from './graph-policies.ts';
import type { Policy } from './policy.ts';
import type { Responses } from './response-cache.ts';
import { type ResponseTexts, serialize } from './response-texts.ts';

interface ResponseCache {
  policies: PoliciesBySchema;
  /** Undefined when an operator has switched the cache off. */
  responses: Responses | undefined;
  freshness: Freshness;
  texts: ResponseTexts;
}

type Context = GraphQLRequestContext<GatewayContext>;
type Resolved = Context & Required<Pick<Context, 'document' | 'operation' | 'queryHash'>>;

export function createResponsePlugin(cache: ResponseCache): ApolloServerPlugin<GatewayContext> {
  const hooks = {
    responseForOperation: async (context: Context) => findResponse(cache, context as Resolved),
    willSendResponse: async (context: Context) => keepResponse(cache, context),
  };
  return {
    serverWillStart: async () => ({ serverWillStop: async () => cache.freshness.close() }),
    requestDidStart: async ({ schema }) => (cache.policies.find(schema)?.hasAny ? hooks : undefined),
  };
}

/** The cached response. Null where there is none; if the response may be cached, it is pending from here on. */
function findResponse(
  { policies: bySchema, responses, texts }: ResponseCache,
  { schema, document, operation, queryHash, request, contextValue }: Resolved,
): GraphQLResponse | null {
  const policies = bySchema.find(schema);
  const policy = policies?.ofOperation(document, operation);
  if (policies === undefined || policy === undefined || policy.maxAge === 0) return null;
  const { headers, state } = contextValue;
  const key =
    policy.isPublic && responses !== undefined
      ? responses.keyOf({ queryHash, operation, request: request as never, headers })
      : undefined;
  const found = key === undefined ? undefined : responses?.find(key);
  if (found === undefined || responses === undefined) {
    state.pendingResponse = { policy, policies, key, marks: [], isPublic: policy.isPublic };
    return null;
  }
  const data = {};
  texts.set(data, found.text);
  const httpHeaders = new HeaderMap([
    ['cache-control', cacheControl(policy)],
    ['age', String(responses.ageOf(found))],
  ]);
  return { http: { headers: httpHeaders }, body: { kind: 'single', singleResult: { data } } };
}

function keepResponse(
  { policies, responses, freshness, texts }: ResponseCache,
  { response, contextValue }: Context,
): void {
  const pending = contextValue.state.pendingResponse;
  if (pending === undefined || response?.body?.kind !== 'single') return;
  const { data, errors, extensions } = response.body.singleResult;
  const isWhole = data != null && errors === undefined && extensions === undefined;
  const { policy, key, marks } = pending;
  // A hint may say PRIVATE of data that was fetched without a viewer. A response that claims to be public although a fetch was
  // sent with the viewer is not cached.
  if (!isWhole || pending.isPublic !== policy.isPublic || (response.http.status ?? 200) !== 200) return;
  response.http.headers.set('cache-control', cacheControl(policy));
  if (key === undefined || pending.policies !== policies.current || !marks.every(freshness.isFresh)) return;
  const text = serialize({ data });
  texts.set(data, text);
  responses?.keep(key, { text, marks }, policy.maxAge);
}

function cacheControl({ isPublic, maxAge }: Policy): string {
  return `${isPublic ? 'public' : 'private'}, max-age=${maxAge}`;
}
