// The one route of the graph. Decides in which form it answers and which document is meant, then hands over to Apollo,
// with a context that ends when the client goes away or its time is up.
import { type ApolloServer, HeaderMap, type HTTPGraphQLRequest } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { startResponseTimeout } from '../../platform/calls/deadline.ts';
import type { Authenticate } from '../authenticate.ts';
import { createRequestState, type GatewayContext } from '../context.ts';
import { selectForwardedHeaders } from '../fetch/forwarded-headers.ts';
import type { GatewayOptions } from '../options.ts';
import { clientAddress } from './client-address.ts';
import { wantedType, wantsPage } from './media-types.ts';
import { type Params, paramsOf } from './request-parameters.ts';
import type { TrustedDocuments } from './trusted-documents.ts';

export interface GraphqlRoute extends Pick<GatewayOptions, 'environment' | 'settings'> {
  authenticate: Authenticate;
  apollo: ApolloServer<GatewayContext>;
  /** When there are any, nothing else is answered. */
  trusted?: TrustedDocuments | undefined;
}

export function registerGraphql(server: FastifyInstance, route: GraphqlRoute): void {
  const hasPage = route.environment.NODE_ENV !== 'production';
  server.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const httpGraphQLRequest = hasPage && wantsPage(request) ? page(request) : graphql(request, route);
      const answer = await route.apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest,
        context: () => contextOf(request, reply, route),
      });
      reply.code(answer.status ?? 200).headers(Object.fromEntries(answer.headers));
      // Nothing in a federated graph is sent in pieces.
      if (answer.body.kind !== 'complete') throw new Error('an answer in pieces');
      return answer.body.string;
    },
  });
}

/** Apollo's landing page, whatever else the browser says it takes. */
function page(request: FastifyRequest): HTTPGraphQLRequest {
  const headers = new HeaderMap([['accept', 'text/html']]);
  return { method: request.method, headers, search: '', body: undefined };
}

function graphql(request: FastifyRequest, { trusted }: GraphqlRoute): HTTPGraphQLRequest {
  const { method } = request;
  const { type, isPlainByName } = wantedType(request.headers.accept);
  const params = trusted === undefined ? paramsOf(request) : trusted.resolve(paramsOf(request));
  const headers = headersOf(request);
  headers.set('accept', type === 'application/json' && !isPlainByName ? '*/*' : type);
  return method === 'GET'
    ? { method, headers, search: searchOf(params), body: undefined }
    : { method, headers, search: '', body: params };
}

/** What Apollo reads of a query string: each parameter once, and no other. */
function searchOf(params: Params): string {
  const entries = Object.entries(params).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return `?${new URLSearchParams(entries)}`;
}

function headersOf({ headers }: FastifyRequest): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    // HTTP/2 has the method and the path among its headers.
    if (value !== undefined && !name.startsWith(':')) map.set(name, [value].flat().join(', '));
  }
  return map;
}

async function contextOf(
  request: FastifyRequest,
  reply: FastifyReply,
  { environment, settings, authenticate }: GraphqlRoute,
): Promise<GatewayContext> {
  const { traceId } = request;
  const timeoutMs = environment.REQUEST_TIMEOUT_MS;
  const deadline = Date.now() + timeoutMs;
  const { signal } = startResponseTimeout(reply.raw, timeoutMs);
  const viewer = await authenticate(request.headers.authorization, { signal, traceId, deadline });
  const headers = selectForwardedHeaders(request.headers, settings.FORWARD_HEADERS);
  const address = clientAddress(request);
  return { viewer, signal, traceId, deadline, headers, address, state: createRequestState() };
}
