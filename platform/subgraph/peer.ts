// Calls another subgraph: a GraphQL operation under the identity of this service, never a connection to its database. The result is
// data, a refusal (the peer has changed nothing), or a fault (the operation may have been executed).

import { type Execute, isQuery, type ResponseError, type SubgraphResponse } from '../calls/call.ts';
import {
  type AttemptOptions,
  type CallLimits,
  defaultCallLimits,
  openResilience,
  type PeerHealth,
  UnansweredCall,
} from '../calls/resilience.ts';
import type { Findings } from '../transport/configuration.ts';
import { type CheckReadiness, requireReady } from '../transport/readiness.ts';
import { isUnsent, SubgraphCallError } from '../transport/subgraph-client.ts';
import type { Context } from './context.ts';
import type { Neighbours } from './neighbours.ts';

/** Returns the client of another subgraph, in memory or over HTTP. Throws for a name that supergraph.yaml does not have. */
export type PeerClientFor = (name: string) => Execute;

/** The peer refused with a code of its own, and has changed nothing. */
export class PeerRefusal extends Error {
  override name = 'PeerRefusal';
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
  constructor(peer: string, error: ResponseError) {
    const { code, ...details } = error.extensions ?? {};
    super(`${peer} refused: ${error.message}`);
    this.code = String(code);
    this.details = details;
  }
}

/**
 * The peer failed or did not respond. The operation may or may not have been executed. The `cause` is an `UnansweredCall`
 * (calls/resilience.ts) when the subgraph sent no call or did not wait for the response.
 */
export class PeerFault extends Error {
  override name = 'PeerFault';
}

/** What a subgraph knows of a peer: its calls, and what the last answer says of the configuration. */
export type PeerState = PeerHealth & Findings;

export interface Peers {
  /** The function `peer` of a context. It calls the peers that the definition lists, in the name of the subgraph. */
  callPeer: Context['peer'];
  health: () => Readonly<Record<string, PeerState>>;
}

/** Where no readiness can be asked for, the first calls after the cooldown find out whether the peer is back. */
const assumeReady: CheckReadiness = async () => ({ isReady: true, details: {} });

/** In one process no call is signed. */
const noNeighbours: Pick<Neighbours, 'findings' | 'refresh'> = { findings: () => ({}), refresh: () => {} };

/** Called once for each opened subgraph, so that all calls of a peer share its circuit breaker (calls/resilience.ts). */
export function openPeers(
  clientFor: PeerClientFor,
  self: { name: string; peers?: readonly string[] },
  limits: CallLimits = defaultCallLimits,
  checkReadiness: CheckReadiness = assumeReady,
  neighbours: Pick<Neighbours, 'findings' | 'refresh'> = noNeighbours,
): Peers {
  const viewer = { kind: 'service', name: self.name } as const;
  const openPolicy = (name: string) =>
    openResilience({
      limits,
      isRefusal: isPeerRefusal,
      isUnsent,
      probe: ({ signal }) => requireReady(checkReadiness, name, signal),
    });
  const policies = new Map((self.peers ?? []).map((name) => [name, openPolicy(name)]));
  return {
    callPeer: async (name, operation, { signal, deadline, traceId, isIdempotent: isDeclaredIdempotent }) => {
      const policy = policies.get(name);
      if (policy === undefined) throw new Error(`${self.name} calls ${name}, but does not list it as a peer`);
      const attempt = async (bounds: AttemptOptions) =>
        getData(name, await clientFor(name)(operation, { viewer, traceId, ...bounds }));
      const isWrite = !isQuery(operation.query);
      const isIdempotent = isDeclaredIdempotent ?? !isWrite;
      try {
        return await policy.run(attempt, { signal, deadline, isIdempotent, isWrite });
      } catch (cause) {
        if (cause instanceof PeerRefusal || cause instanceof PeerFault) throw cause;
        if (cause instanceof SubgraphCallError && cause.reason === 'refused') neighbours.refresh();
        const reason = cause instanceof UnansweredCall ? cause.message : 'did not answer';
        throw new PeerFault(`${name} ${reason}`, { cause });
      }
    },
    health: () => {
      neighbours.refresh();
      return Object.fromEntries(
        [...policies].map(([name, { health }]) => [name, { ...health(), ...neighbours.findings(name) }]),
      );
    },
  };
}

function getData(name: string, { data, errors = [] }: SubgraphResponse): Record<string, unknown> {
  // A fault outweighs a refusal beside it: only a part of the operation was refused before it changed anything.
  const fault = errors.find((error) => !isRefusal(error));
  if (fault !== undefined) throw new PeerFault(`${name} failed: ${fault.message}`);
  const [refusal] = errors;
  if (refusal !== undefined) throw new PeerRefusal(name, refusal);
  if (data === null || data === undefined) throw new PeerFault(`${name} answered without data`);
  return data;
}

function isRefusal({ extensions }: ResponseError): boolean {
  return typeof extensions?.code === 'string' && extensions.code !== 'INTERNAL_SERVER_ERROR';
}

function isPeerRefusal(cause: unknown): boolean {
  return cause instanceof PeerRefusal;
}
