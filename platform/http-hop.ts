// The way to a subgraph over HTTP: kept-alive connections, a signed identity, the trace id, the time that is left, and the
// caller's signal.
// Resolves with whatever GraphQL answer came; rejects with HopFault when none did.
import { Pool } from 'undici';
import { timeoutHeader, timeoutOf } from './deadline.ts';
import type { Answer, Execute } from './execute.ts';
import type { Readiness } from './health.ts';
import type { Sign } from './identity.ts';
import type { SupergraphMap } from './supergraph-map.ts';
import { traceparentOf } from './trace.ts';

/** No GraphQL answer came. The message names no address: it may travel further than the log. */
export class HopFault extends Error {
  override name = 'HopFault';
}

export interface HttpHop {
  execute: Execute;
  /** What its /health/ready says. Rejects when nothing answers. */
  readiness: (signal: AbortSignal) => Promise<Readiness>;
  close: () => Promise<void>;
}

export function httpHop(name: string, routingUrl: string, sign: Sign): HttpHop {
  const { origin, pathname } = new URL(routingUrl);
  const pool = new Pool(origin, { connections: 64, keepAliveTimeout: 30_000 });
  const execute: Execute = async (operation, { viewer, signal, traceId, deadline }) => {
    const token = await sign(name, viewer);
    const { statusCode, text } = await send(pool, {
      path: pathname,
      method: 'POST' as const,
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        traceparent: traceparentOf(traceId),
        ...(deadline === undefined ? {} : { [timeoutHeader]: timeoutOf(deadline) }),
      },
      body: JSON.stringify(operation),
      signal,
    }).catch((cause: unknown) => {
      throw new HopFault(`${name} did not answer`, { cause });
    });
    if (statusCode !== 200) throw new HopFault(`${name} answered with HTTP status ${statusCode}`);
    return answerOf(name, text);
  };
  const readiness = async (signal: AbortSignal): Promise<Readiness> => {
    const { statusCode, text } = await send(pool, { path: '/health/ready', method: 'GET', signal });
    const { service: _service, version: _version, status: _status, ...details } = JSON.parse(text);
    return { ready: statusCode === 200, details };
  };
  return { execute, readiness, close: () => pool.close() };
}

/** The ways to all subgraphs of the map. `to` throws for a name that the map does not have. */
export function httpHops(
  map: SupergraphMap,
  sign: Sign,
): {
  to: (name: string) => Execute;
  readiness: (name: string, signal: AbortSignal) => Promise<Readiness>;
  close: () => Promise<void>;
} {
  const hops = new Map(map.subgraphs.map(({ name, routingUrl }) => [name, httpHop(name, routingUrl, sign)]));
  const find = (name: string): HttpHop => {
    const hop = hops.get(name);
    if (hop === undefined) throw new Error(`supergraph.yaml has no subgraph "${name}"`);
    return hop;
  };
  return {
    to: (name) => find(name).execute,
    readiness: (name, signal) => find(name).readiness(signal),
    close: async () => {
      await Promise.all([...hops.values()].map((hop) => hop.close()));
    },
  };
}

async function send(
  pool: Pool,
  request: Parameters<Pool['request']>[0],
): Promise<{ statusCode: number; text: string }> {
  const { statusCode, body } = await pool.request(request);
  return { statusCode, text: await body.text() };
}

function answerOf(name: string, text: string): Answer {
  try {
    const answer: Answer | null = JSON.parse(text);
    if (typeof answer === 'object' && answer !== null && ('data' in answer || 'errors' in answer))
      return answer;
  } catch (cause) {
    throw new HopFault(`${name} answered with something that is not JSON`, { cause });
  }
  throw new HopFault(`${name} answered with something that is not GraphQL`);
}
