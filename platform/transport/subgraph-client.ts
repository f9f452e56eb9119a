// Calls one instance of a subgraph over HTTP: kept-alive connections, a signed identity, the trace id, the remaining time, and the signal
// of the caller. A foreign subgraph (the map is not of this project) receives plain GraphQL over HTTP without an identity. A call
// resolves with any GraphQL response, also one with errors, and rejects with SubgraphCallError when there is none.
import { Pool } from 'undici';
import type { Call, Execute, SubgraphResponse } from '../calls/call.ts';
import { formatTimeout, timeoutHeader } from '../calls/deadline.ts';
import { formatTraceparent } from '../calls/trace.ts';
import type { EventsPage, ReadRequest } from '../events/read-events.ts';
import type { Readiness } from '../http/health.ts';
import { addressHeader } from '../identity/client-address.ts';
import type { Sign } from '../identity/signed-identity.ts';
import { parseExactJson } from '../values/exact-number.ts';
import { countMembers, countWrittenMembers } from '../values/json-members.ts';
import { Refusal } from '../values/refusal.ts';
import { openBundleClient } from './bundle-client.ts';
import { bundleType } from './bundle-format.ts';
import { noEncoding } from './content-encoding.ts';
import { NoEventsPage, readEventsOver } from './events-client.ts';
import { exchangeText, ResponseBodyError } from './http-exchange.ts';
import { checkForeignReadiness, checkReadiness } from './subgraph-readiness.ts';

/**
 * Why there is no GraphQL response:
 *   unsent      there was no connection, so that nothing was sent: the operation was not executed
 *   connection  no response arrived, or only a part of it: the operation may or may not have been executed
 *   ended       the caller gave up
 *   refused     the subgraph refused this request (HTTP status 4xx); the subgraph itself works
 *   too large   the response exceeds the limit of the client; the subgraph itself works
 *   broken      the response is not GraphQL
 */
export type SubgraphCallErrorReason = 'unsent' | 'connection' | 'ended' | 'refused' | 'too large' | 'broken';

/** There is no GraphQL response. The message contains no address, because clients may see it. */
export class SubgraphCallError extends Error {
  override name = 'SubgraphCallError';
  readonly reason: SubgraphCallErrorReason;
  constructor(message: string, reason: SubgraphCallErrorReason = 'connection', cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

/** True when the subgraph has received nothing. */
export function isUnsent(cause: unknown): boolean {
  return cause instanceof SubgraphCallError && cause.reason === 'unsent';
}

export interface SubgraphClientOptions {
  /** Maximum size of a response without its content encoding, in bytes. A larger one is a SubgraphCallError. */
  maxResponseBytes?: number;
  /**
   * How long a connection may stay idle, where the server does not say how long it keeps one (Keep-Alive). Servers close idle
   * connections after 2 to 75 s, and a request that leaves at that moment is lost.
   */
  keepAliveMs?: number;
  /** The age at which a connection is replaced, so that a change in DNS, or of what a load balancer knows, is followed. */
  maxConnectionAgeMs?: number;
}

const defaultOptions: Required<SubgraphClientOptions> = {
  maxResponseBytes: 16 * 1024 * 1024,
  keepAliveMs: 1_500,
  maxConnectionAgeMs: 60_000,
};

/** Twice `maxRunning` of calls/resilience.ts: reads and writes have places of their own. */
const maxConnections = 128;

type Headers = Record<string, string>;

export interface SubgraphClient {
  execute: Execute;
  /** What the subgraph says of itself (subgraph-readiness.ts); for a foreign one, whether it answers. Rejects when there is no response. */
  readiness: (signal: AbortSignal) => Promise<Readiness>;
  /** Reads a page of its events, in the name of the service `reader`: see events-client.ts. A foreign subgraph has none. */
  readEvents: (reader: string, request: ReadRequest, signal: AbortSignal) => Promise<EventsPage>;
  close: () => Promise<void>;
}

/** Media types of GraphQL responses: the one of GraphQL over HTTP, and the one that was usual before it. */
const graphqlMediaType = 'application/graphql-response+json';
const acceptedMediaTypes = `${graphqlMediaType}, application/json;q=0.9`;

/** Without `sign` the subgraph is foreign. Several instances of one subgraph: see instances.ts. */
export function openSubgraphClient(
  name: string,
  routingUrl: string,
  sign?: Sign,
  options: SubgraphClientOptions = {},
): SubgraphClient {
  const { maxResponseBytes, keepAliveMs, maxConnectionAgeMs } = { ...defaultOptions, ...options };
  const { origin, pathname, search } = new URL(routingUrl);
  const path = `${pathname}${search}`;
  const pool = new Pool(origin, {
    connections: maxConnections,
    keepAliveTimeout: keepAliveMs,
    clientTtl: maxConnectionAgeMs,
    maxResponseSize: maxResponseBytes,
  });
  const executeAlone: Execute = async (operation, call) => {
    const headers =
      sign === undefined ? buildForwardedHeaders(call) : await buildSignedHeaders(name, sign, call);
    headers['content-type'] = 'application/json';
    headers['accept-encoding'] = noEncoding;
    headers.traceparent = formatTraceparent(call.traceId);
    const request = { path, method: 'POST', headers, body: JSON.stringify(operation) } as const;
    const { statusCode, contentType, text } = await exchangeText(
      pool,
      request,
      call.signal,
      maxResponseBytes,
    ).catch((cause: unknown) => {
      throw toSubgraphCallError(name, cause, call.signal);
    });
    // A response with the media type of GraphQL is GraphQL, whatever its status is.
    const isGraphql = sign === undefined && contentType.startsWith(graphqlMediaType);
    return parseResponse(name, { status: isGraphql ? 200 : statusCode, contentType, text }, call);
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
          parseResponse: (status, text, call) =>
            parseResponse(name, { status, contentType: bundleType, text }, call),
          toAbortError: (signal) => toSubgraphCallError(name, signal.reason, signal),
        });
  const readiness = async (signal: AbortSignal): Promise<Readiness> => {
    if (sign === undefined) return checkForeignReadiness(pool, path, acceptedMediaTypes, signal);
    return checkReadiness(name, pool, path, sign, signal);
  };
  const readEvents: SubgraphClient['readEvents'] = async (reader, request, signal) => {
    if (sign === undefined) throw new Error(`${name} is a foreign subgraph, whose events cannot be read`);
    return readEventsOver({ name, pool, sign, reader }, request, signal).catch((cause: unknown) => {
      if (cause instanceof NoEventsPage) throw new SubgraphCallError(cause.message, 'refused', cause);
      throw cause instanceof Refusal ? cause : toSubgraphCallError(name, cause, signal);
    });
  };
  return { execute, readiness, readEvents, close: () => pool.close() };
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

function toSubgraphCallError(name: string, cause: unknown, signal: AbortSignal): SubgraphCallError {
  if (signal.aborted) return new SubgraphCallError(`${name} did not answer`, 'ended', cause);
  if (cause instanceof ResponseBodyError) return toBodyError(name, cause);
  return isConnectError(cause)
    ? new SubgraphCallError(`${name} cannot be reached`, 'unsent', cause)
    : new SubgraphCallError(`${name} did not answer`, 'connection', cause);
}

const bodyErrors = {
  incomplete: ['a body that is not complete', 'connection'],
  'too large': ['a body that is too large', 'too large'],
  'not decodable': ['a body that cannot be decoded', 'broken'],
} as const;

function toBodyError(name: string, cause: ResponseBodyError): SubgraphCallError {
  const [description, reason] = bodyErrors[cause.problem];
  const { statusCode, contentType } = cause.head;
  const head = describeHead(statusCode, contentType);
  return new SubgraphCallError(`${name} answered with ${description}, ${head}`, reason, cause);
}

/** A subgraph may send any content type, and the text goes to the log. */
function describeHead(status: number, contentType: string): string {
  return `HTTP status ${status} and content type ${JSON.stringify(contentType.slice(0, 100))}`;
}

/** True when no connection was made. A host with several addresses gives one error for each of them. */
function isConnectError(cause: unknown): boolean {
  if (cause instanceof AggregateError) return cause.errors.every(isConnectError);
  const { code, syscall } = cause as { code?: unknown; syscall?: unknown };
  return syscall === 'connect' || syscall === 'getaddrinfo' || code === 'UND_ERR_CONNECT_TIMEOUT';
}

interface TextResponse {
  status: number;
  contentType: string;
  text: string;
}

function parseResponse(
  name: string,
  { status, contentType, text }: TextResponse,
  { hasPlainNumbers = false }: Call,
): SubgraphResponse {
  const describe = () => describeHead(status, contentType);
  if (status !== 200) {
    const isRefusal = status >= 400 && status < 500;
    throw new SubgraphCallError(`${name} answered with ${describe()}`, isRefusal ? 'refused' : 'broken');
  }
  let response: SubgraphResponse | null;
  let hasEqualKeys = false;
  try {
    response = (hasPlainNumbers ? JSON.parse(text) : parseExactJson(text)) as SubgraphResponse | null;
    hasEqualKeys = countWrittenMembers(text) !== countMembers(response);
  } catch (cause) {
    const problem = `${name} answered with a body that is not JSON, ${describe()}`;
    throw new SubgraphCallError(problem, 'broken', cause);
  }
  if (hasEqualKeys) {
    const problem = `${name} answered with an object that has the same key twice, ${describe()}`;
    throw new SubgraphCallError(problem, 'broken');
  }
  if (typeof response === 'object' && response !== null && ('data' in response || 'errors' in response))
    return response;
  throw new SubgraphCallError(`${name} answered with a body that is not GraphQL, ${describe()}`, 'broken');
}
