// The route /graphql. It chooses the form of the response, finds the document of the request, and passes both to Apollo. The
// request's context ends when the client disconnects or its time is up.
import { type ApolloServer, HeaderMap, type HTTPGraphQLRequest } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { startResponseTimeout } from '../../platform/calls/deadline.ts';
import type { SendPage } from '../../platform/console/page.ts';
import type { Authenticate } from '../authenticate.ts';
import { createRequestState, type GatewayContext } from '../context.ts';
import { selectForwardedHeaders } from '../fetch/forwarded-headers.ts';
import { isJsonObject } from '../json-object.ts';
import type { GatewayOptions } from '../options.ts';
import type { GatewaySettings } from '../settings/settings.ts';
import { acceptsPage } from './accept.ts';
import { getClientAddress } from './client-address.ts';
import { chooseResponseForm } from './media-types.ts';
import { createOriginCheck, refuseForgeableRequest } from './origins.ts';
import { checkPersistedQueryHash, type RequestParameters, readParameters } from './request-parameters.ts';

export interface GraphqlRoute extends Pick<GatewayOptions, 'environment' | 'settings'> {
  authenticate: Authenticate;
  apollo: ApolloServer<GatewayContext>;
  /** When set, the gateway executes the documents that it finds and no others: trusted-documents/. */
  trusted?:
    | { resolve: (params: RequestParameters, limits: GatewaySettings) => RequestParameters }
    | undefined;
  /** Answers a browser that opens the address. Production has no page. */
  sendPage?: SendPage | undefined;
}

export function registerGraphqlRoute(server: FastifyInstance, route: GraphqlRoute): void {
  const { sendPage } = route;
  const isHardened = route.settings.HTTP_PROFILE === 'hardened';
  const isAllowedOrigin = createOriginCheck(route);
  server.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      if (sendPage !== undefined && acceptsPage(request)) return sendPage(request, reply);
      const params = resolveParameters(request, route);
      const httpGraphQLRequest = buildGraphqlRequest(request, params);
      if (isHardened) refuseForgeableRequest(request, isAllowedOrigin);
      const response = await route.apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest,
        context: () => createContext(request, reply, params, route),
      });
      reply.code(response.status ?? 200).headers(Object.fromEntries(response.headers));
      // The gateway supports neither @defer nor @stream.
      if (response.body.kind !== 'complete') throw new Error('Apollo sent an incremental response');
      return response.body.string;
    },
  });
}

function resolveParameters(request: FastifyRequest, { trusted, settings }: GraphqlRoute): RequestParameters {
  const params = readParameters(request);
  if (trusted !== undefined) return trusted.resolve(params, settings);
  checkPersistedQueryHash(params);
  return params;
}

function buildGraphqlRequest(request: FastifyRequest, params: RequestParameters): HTTPGraphQLRequest {
  const { method } = request;
  const { type, isJsonByName: isPlainByName } = chooseResponseForm(request.headers.accept);
  const headers = buildHeaderMap(request);
  headers.set('accept', type === 'application/json' && !isPlainByName ? '*/*' : type);
  return method === 'GET'
    ? { method, headers, search: buildSearch(params), body: undefined }
    : { method, headers, search: '', body: params };
}

/** The query string that Apollo reads: each known parameter once, and no others. */
function buildSearch(params: RequestParameters): string {
  const entries = Object.entries(params).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return `?${new URLSearchParams(entries)}`;
}

function buildHeaderMap({ headers }: FastifyRequest): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    // In HTTP/2 the method and the path are headers, whose names begin with a colon.
    if (value !== undefined && !name.startsWith(':')) map.set(name, [value].flat().join(', '));
  }
  return map;
}

async function createContext(
  request: FastifyRequest,
  reply: FastifyReply,
  { variables }: RequestParameters,
  { environment, settings, authenticate }: GraphqlRoute,
): Promise<GatewayContext> {
  const { traceId } = request;
  const timeoutMs = environment.REQUEST_TIMEOUT_MS;
  const deadline = Date.now() + timeoutMs;
  const { signal } = startResponseTimeout(reply.raw, timeoutMs);
  const viewer = await authenticate(request.headers.authorization, { signal, traceId, deadline });
  const headers = selectForwardedHeaders(request.headers, settings.FORWARD_HEADERS);
  const address = getClientAddress(request);
  const state = createRequestState();
  if (request.method === 'GET' && isJsonObject(variables)) state.variables = variables;
  return { viewer, signal, traceId, deadline, headers, address, state };
}
