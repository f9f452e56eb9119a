// Calls a subgraph over HTTP: kept-alive connections, a signed identity, the trace id, the remaining time, and the signal of the
// caller. A foreign subgraph (the map is not of this project) receives plain GraphQL over HTTP without an identity. A call resolves
// with any GraphQL response, also one with errors, and rejects with SubgraphCallError when there is none.
import { Pool } from 'undici';
import type { Call, Execute, SubgraphResponse } from '../calls/call.ts';
import { formatTimeout, timeoutHeader } from '../calls/deadline.ts';
import { formatTraceparent } from '../calls/trace.ts';
import type { Readiness } from '../http/health.ts';
import { addressHeader } from '../identity/client-address.ts';
import type { Sign } from '../identity/signed-identity.ts';
import type { SupergraphMap } from '../supergraph-map.ts';
import { parseExactJson } from '../values/exact-number.ts';
import { openBundleClient } from './bundle-client.ts';
import { exchangeText } from './http-exchange.ts';
import { checkForeignReadiness, checkReadiness } from './subgraph-readiness.ts';

/**
 * Why there is no GraphQL response:
 *   connection  no response arrived, or only a part of it: the operation may or may not have been executed
 *   ended       the caller gave up
 *   refused     the subgraph refused this request (HTTP status 4xx); the subgraph itself works
 *   too large   the response exceeds the limit of the client; the subgraph itself works
 *   broken      the response is not GraphQL
 */
export type SubgraphCallErrorReason = 'connection' | 'ended' | 'refused' | 'too large' | 'broken';

/** There is no GraphQL response. The message contains no address, because clients may see it. */
export class SubgraphCallError extends Error {
  override name = 'SubgraphCallError';
  readonly reason: SubgraphCallErrorReason;
  constructor(message: string, reason: SubgraphCallErrorReason = 'connection', cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

/** Maximum size of a response, in bytes. */
const defaultMaxResponseBytes = 16 * 1024 * 1024;

/** Twice `maxRunning` of calls/resilience.ts: reads and writes have places of their own. */
const maxConnections = 128;

type Headers = Record<string, string>;

export interface SubgraphClient {
  execute: Execute;
  /** The result of /health/ready; for a foreign subgraph, whether it answers. Rejects when there is no response. */
  readiness: (signal: AbortSignal) => Promise<Readiness>;
  close: () => Promise<void>;
}

/** Media types of GraphQL responses: the one of GraphQL over HTTP, and the one that was usual before it. */
const graphqlMediaType = 'application/graphql-response+json';
const acceptedMediaTypes = `${graphqlMediaType}, application/json;q=0.9`;

/** Without `sign` the subgraph is foreign. `maxResponseBytes`: a larger response is a SubgraphCallError. */
export function openSubgraphClient(
  name: string,
  routingUrl: string,
  sign?: Sign,
  { maxResponseBytes = defaultMaxResponseBytes }: { maxResponseBytes?: number } = {},
): SubgraphClient {
  const { origin, pathname, search } = new URL(routingUrl);
  const path = `${pathname}${search}`;
  const pool = new Pool(origin, {
    connections: maxConnections,
    keepAliveTimeout: 30_000,
    maxResponseSize: maxResponseBytes,
  });
  const executeAlone: Execute = async (operation, call) => {
    const headers =
      sign === undefined ? buildForwardedHeaders(call) : await buildSignedHeaders(name, sign, call);
    headers['content-type'] = 'application/json';
    headers.traceparent = formatTraceparent(call.traceId);
    const request = { path, method: 'POST', headers, body: JSON.stringify(operation) } as const;
    const { statusCode, contentType, text } = await exchangeText(pool, request, call.signal).catch(
      (cause: unknown) => {
        throw toSubgraphCallError(name, cause, call.signal);
      },
    );
    // A response with the media type of GraphQL is GraphQL, whatever its status is.
    const isGraphql = sign === undefined && contentType.startsWith(graphqlMediaType);
    return parseResponse(name, isGraphql ? 200 : statusCode, text, call);
  };
  const execute =
    sign === undefined
      ? executeAlone
      : openBundleClient({
          name,
          pool,
          path,
          sign,
          executeAlone,
          parseResponse: (status, text, call) => parseResponse(name, status, text, call),
          toAbortError: (signal) => toSubgraphCallError(name, signal.reason, signal),
        });
  const readiness = async (signal: AbortSignal): Promise<Readiness> => {
    if (sign === undefined) return checkForeignReadiness(pool, path, acceptedMediaTypes, signal);
    return checkReadiness(name, pool, sign, signal);
  };
  return { execute, readiness, close: () => pool.close() };
}

async function buildSignedHeaders(
  name: string,
  sign: Sign,
  { viewer, deadline, address }: Call,
): Promise<Headers> {
  const headers: Headers = { authorization: `Bearer ${await sign(name, viewer)}` };
  if (deadline !== undefined) headers[timeoutHeader] = formatTimeout(deadline);
  if (address !== undefined) headers[addressHeader] = address;
  return headers;
}

function buildForwardedHeaders({ headers }: Call): Headers {
  return { ...headers, accept: acceptedMediaTypes };
}

/** Opens the clients of all subgraphs of the map. `clientFor` throws for a name that the map does not have. */
export function openSubgraphClients(
  map: SupergraphMap,
  sign: Sign,
): {
  clientFor: (name: string) => Execute;
  readiness: (name: string, signal: AbortSignal) => Promise<Readiness>;
  close: () => Promise<void>;
} {
  const clients = new Map(
    map.subgraphs.map(({ name, routingUrl }) => [name, openSubgraphClient(name, routingUrl, sign)]),
  );
  const findClient = (name: string): SubgraphClient => {
    const client = clients.get(name);
    if (client === undefined) throw new Error(`supergraph.yaml has no subgraph "${name}"`);
    return client;
  };
  return {
    clientFor: (name) => findClient(name).execute,
    readiness: (name, signal) => findClient(name).readiness(signal),
    close: async () => {
      await Promise.all([...clients.values()].map((client) => client.close()));
    },
  };
}

function toSubgraphCallError(name: string, cause: unknown, signal: AbortSignal): SubgraphCallError {
  if (signal.aborted) return new SubgraphCallError(`${name} did not answer`, 'ended', cause);
  const { code } = cause as { code?: unknown };
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE')
    return new SubgraphCallError(`${name} answered with a response that is too large`, 'too large', cause);
  return new SubgraphCallError(`${name} did not answer`, 'connection', cause);
}

function parseResponse(
  name: string,
  status: number,
  text: string,
  { hasPlainNumbers = false }: Call,
): SubgraphResponse {
  if (status !== 200) {
    const isRefusal = status >= 400 && status < 500;
    throw new SubgraphCallError(
      `${name} answered with HTTP status ${status}`,
      isRefusal ? 'refused' : 'broken',
    );
  }
  try {
    const response = (hasPlainNumbers ? JSON.parse(text) : parseExactJson(text)) as SubgraphResponse | null;
    if (typeof response === 'object' && response !== null && ('data' in response || 'errors' in response))
      return response;
  } catch (cause) {
    throw new SubgraphCallError(`${name} answered with a body that is not JSON`, 'broken', cause);
  }
  throw new SubgraphCallError(`${name} answered with a body that is not GraphQL`, 'broken');
}
