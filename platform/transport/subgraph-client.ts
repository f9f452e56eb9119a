// The way to a subgraph over HTTP: kept-alive connections, a signed identity, the trace id, the time that is left, and the
// caller's signal. To a subgraph that is not ours: plain GraphQL over HTTP, with no identity but what a call has in `headers`.
// Resolves with whatever GraphQL answer came; rejects with SubgraphCallError when none did.
import { Pool } from 'undici';
import type { Call, Execute, SubgraphResponse } from '../calls/call.ts';
import { formatTimeout, timeoutHeader } from '../calls/deadline.ts';
import { formatTraceparent } from '../calls/trace.ts';
import type { Readiness } from '../http/health.ts';
import { addressHeader } from '../identity/client-address.ts';
import type { Sign } from '../identity/signed-identity.ts';
import type { SupergraphMap } from '../supergraph-map.ts';
import { openBundleClient } from './bundle-client.ts';
import { exchangeText } from './http-exchange.ts';

/**
 * Why no GraphQL answer came:
 *   connection  nothing came, or not all of it: what was asked may or may not have happened
 *   ended       nobody waited any longer
 *   refused     the subgraph does not take this request (a status of 4xx): it is well
 *   too large   the answer is longer than anybody reads: so it is asked for too much
 *   broken      something came that is no GraphQL
 */
export type SubgraphCallErrorReason = 'connection' | 'ended' | 'refused' | 'too large' | 'broken';

/** No GraphQL answer came. The message names no address: it may travel further than the log. */
export class SubgraphCallError extends Error {
  override name = 'SubgraphCallError';
  readonly reason: SubgraphCallErrorReason;
  constructor(message: string, reason: SubgraphCallErrorReason = 'connection', cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

/** Longest answer that is read, in bytes. */
const defaultMaxResponseBytes = 16 * 1024 * 1024;

type Headers = Record<string, string>;

export interface SubgraphClient {
  execute: Execute;
  /** What its /health/ready says; of one that is not ours, whether it answers. Rejects when nothing answers. */
  readiness: (signal: AbortSignal) => Promise<Readiness>;
  close: () => Promise<void>;
}

/** What a GraphQL answer may come as: GraphQL over HTTP, and what was usual before it. */
const graphqlMediaType = 'application/graphql-response+json';
const acceptedMediaTypes = `${graphqlMediaType}, application/json;q=0.9`;

/** Without `sign`, the way to a subgraph that is not ours. `largest`: bytes of an answer, before it is given up. */
export function openSubgraphClient(
  name: string,
  routingUrl: string,
  sign?: Sign,
  { largest = defaultMaxResponseBytes }: { largest?: number } = {},
): SubgraphClient {
  const { origin, pathname, search } = new URL(routingUrl);
  const path = `${pathname}${search}`;
  const pool = new Pool(origin, { connections: 64, keepAliveTimeout: 30_000, maxResponseSize: largest });
  const alone: Execute = async (operation, call) => {
    const headers = sign === undefined ? plainHeaders(call) : await ownHeaders(name, sign, call);
    headers['content-type'] = 'application/json';
    headers.traceparent = formatTraceparent(call.traceId);
    const asked = { path, method: 'POST', headers, body: JSON.stringify(operation) } as const;
    const { statusCode, type, text } = await exchangeText(pool, asked, call.signal).catch(
      (cause: unknown) => {
        throw faultOf(name, cause, call.signal);
      },
    );
    // Under its own media type an answer is GraphQL whatever its status says.
    const isGraphql = sign === undefined && type.startsWith(graphqlMediaType);
    return answerOf(name, isGraphql ? 200 : statusCode, text);
  };
  const read = (status: number, text: string) => answerOf(name, status, text);
  const ended = (signal: AbortSignal) => faultOf(name, signal.reason, signal);
  const execute =
    sign === undefined ? alone : openBundleClient({ name, pool, path, sign, alone, read, ended });
  const readiness = async (signal: AbortSignal): Promise<Readiness> => {
    if (sign === undefined) return plainReadiness(pool, path, signal);
    const { statusCode, text } = await exchangeText(pool, { path: '/health/ready', method: 'GET' }, signal);
    const { service: _service, version: _version, status: _status, ...details } = JSON.parse(text);
    return { isReady: statusCode === 200, details };
  };
  return { execute, readiness, close: () => pool.close() };
}

async function ownHeaders(name: string, sign: Sign, { viewer, deadline, address }: Call): Promise<Headers> {
  const headers: Headers = { authorization: `Bearer ${await sign(name, viewer)}` };
  if (deadline !== undefined) headers[timeoutHeader] = formatTimeout(deadline);
  if (address !== undefined) headers[addressHeader] = address;
  return headers;
}

function plainHeaders({ headers }: Call): Headers {
  return { ...headers, accept: acceptedMediaTypes };
}

/** It may have no health route, and may refuse whom it does not know: whatever it answers but a fault, it is there. */
async function plainReadiness(pool: Pool, path: string, signal: AbortSignal): Promise<Readiness> {
  const headers = { 'content-type': 'application/json', accept: acceptedMediaTypes };
  const body = JSON.stringify({ query: '{ __typename }' });
  const { statusCode } = await exchangeText(pool, { path, method: 'POST', headers, body }, signal);
  return { isReady: statusCode < 500, details: {} };
}

/** The ways to all subgraphs of the map. `to` throws for a name that the map does not have. */
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
  const find = (name: string): SubgraphClient => {
    const client = clients.get(name);
    if (client === undefined) throw new Error(`supergraph.yaml has no subgraph "${name}"`);
    return client;
  };
  return {
    clientFor: (name) => find(name).execute,
    readiness: (name, signal) => find(name).readiness(signal),
    close: async () => {
      await Promise.all([...clients.values()].map((client) => client.close()));
    },
  };
}

function faultOf(name: string, cause: unknown, signal: AbortSignal): SubgraphCallError {
  if (signal.aborted) return new SubgraphCallError(`${name} did not answer`, 'ended', cause);
  const { code } = cause as { code?: unknown };
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE')
    return new SubgraphCallError(`${name} answered with more than is read`, 'too large', cause);
  return new SubgraphCallError(`${name} did not answer`, 'connection', cause);
}

function answerOf(name: string, status: number, text: string): SubgraphResponse {
  if (status !== 200) {
    const isRefusal = status >= 400 && status < 500;
    throw new SubgraphCallError(
      `${name} answered with HTTP status ${status}`,
      isRefusal ? 'refused' : 'broken',
    );
  }
  try {
    const answer: SubgraphResponse | null = JSON.parse(text);
    if (typeof answer === 'object' && answer !== null && ('data' in answer || 'errors' in answer))
      return answer;
  } catch (cause) {
    throw new SubgraphCallError(`${name} answered with something that is not JSON`, 'broken', cause);
  }
  throw new SubgraphCallError(`${name} answered with something that is not GraphQL`, 'broken');
}
