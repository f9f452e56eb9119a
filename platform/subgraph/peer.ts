// How one subgraph asks another: a GraphQL operation under a service identity, never a database connection.
// The answer is data, a refusal of the other side (definitive: it did nothing), or a fault (unknown: it may have happened).

import { type Execute, isQuery, type ResponseError, type SubgraphResponse } from '../calls/call.ts';
import {
  type AttemptOptions,
  type CallLimits,
  defaultCallLimits,
  openResilience,
  type PeerHealth,
  UnansweredCall,
} from '../calls/resilience.ts';
import type { Context } from './context.ts';

/** Finds the way to another subgraph: in memory or over HTTP. Throws for a name that supergraph.yaml does not have. */
export type PeerClientFor = (name: string) => Execute;

/** The other subgraph said no, with a code of its own, before it changed anything. */
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
 * The other subgraph failed or did not answer. What was asked may or may not have happened. Its `cause` is `Unanswered`
 * (calls/resilience.ts) when we did not ask, or did not wait.
 */
export class PeerFault extends Error {
  override name = 'PeerFault';
}

export interface Peers {
  /** The `peer` function of a context: asks the subgraphs that the definition lists, in its own name. */
  callPeer: Context['peer'];
  health: () => Readonly<Record<string, PeerHealth>>;
}

/** One per opened subgraph, since what it learns about a peer (calls/resilience.ts) is for all that is asked of it. */
export function openPeers(
  clientFor: PeerClientFor,
  self: { name: string; peers?: readonly string[] },
  limits: CallLimits = defaultCallLimits,
): Peers {
  const policies = new Map((self.peers ?? []).map((name) => [name, openResilience(isPeerRefusal, limits)]));
  const viewer = { kind: 'service', name: self.name } as const;
  return {
    callPeer: async (name, operation, { signal, deadline, traceId, isIdempotent: isDeclaredIdempotent }) => {
      const policy = policies.get(name);
      if (policy === undefined) throw new Error(`${self.name} asks ${name}, but does not list it as a peer`);
      const attempt = async (bounds: AttemptOptions) =>
        getData(name, await clientFor(name)(operation, { viewer, traceId, ...bounds }));
      const isIdempotent = isDeclaredIdempotent ?? isQuery(operation.query);
      try {
        return await policy.run(attempt, { signal, deadline, isIdempotent });
      } catch (cause) {
        if (cause instanceof PeerRefusal || cause instanceof PeerFault) throw cause;
        const what = cause instanceof UnansweredCall ? cause.message : 'did not answer';
        throw new PeerFault(`${name} ${what}`, { cause });
      }
    },
    health: () => Object.fromEntries([...policies].map(([name, { health }]) => [name, health()])),
  };
}

function getData(name: string, { data, errors = [] }: SubgraphResponse): Record<string, unknown> {
  // A fault anywhere outweighs a refusal beside it: then not everything was refused before it happened.
  const fault = errors.find((error) => !isRefusal(error));
  if (fault !== undefined) throw new PeerFault(`${name} failed: ${fault.message}`);
  const [refusal] = errors;
  if (refusal !== undefined) throw new PeerRefusal(name, refusal);
  if (data === null || data === undefined) throw new PeerFault(`${name} answered nothing`);
  return data;
}

function isRefusal({ extensions }: ResponseError): boolean {
  return typeof extensions?.code === 'string' && extensions.code !== 'INTERNAL_SERVER_ERROR';
}

function isPeerRefusal(cause: unknown): boolean {
  return cause instanceof PeerRefusal;
}
