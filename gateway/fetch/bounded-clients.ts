// Every hop of the gateway, bounded: so many at a subgraph at once, each for so long, none while the subgraph is broken, and
// a query once more where the connection failed. Whatever a subgraph answers in GraphQL is an answer, refusals and masked
// faults included: a client who knows how to provoke one must not close the subgraph for everybody.

import { type Call, type Execute, isQuery, type Operation } from '../../platform/calls/call.ts';
import { isTimeout } from '../../platform/calls/deadline.ts';
import {
  type CallLimits,
  openResilience,
  type PeerHealth,
  type Resilience,
} from '../../platform/calls/resilience.ts';
import { SubgraphCallError } from '../../platform/transport/subgraph-client.ts';
import { getOrCreate } from '../../platform/values/get-or-create.ts';
import type { GatewaySettings } from '../settings/settings.ts';

export interface SubgraphClients {
  /** The way to a subgraph. Rejects when nothing answered, or nobody was asked. */
  clientFor: (name: string) => Execute;
  /** Undefined for a subgraph that nobody ever asked for. */
  health: (name: string) => PeerHealth | undefined;
}

/** One policy a subgraph, kept for as long as the gateway runs: what it has learnt outlives a change of the graph. */
export function boundClients(clientFor: (name: string) => Execute, limits: CallLimits): SubgraphClients {
  const policies = new Map<string, Resilience>();
  const policyOf = (name: string): Resilience =>
    getOrCreate(policies, name, () => openResilience(isAnswer, limits, mayRepeat));
  return {
    clientFor: (name) => boundClient(clientFor(name), policyOf(name)),
    health: (name) => policies.get(name)?.health(),
  };
}

export function getSubgraphLimits(settings: GatewaySettings): CallLimits {
  return {
    maxRunning: settings.SUBGRAPH_CONCURRENCY,
    maxQueued: settings.SUBGRAPH_QUEUE,
    attemptTimeoutMs: settings.SUBGRAPH_TIMEOUT_MS,
    maxRetries: 1,
    maxPauseMs: 50,
    maxFaults: settings.SUBGRAPH_FAULTS,
    cooldownMs: settings.SUBGRAPH_REST_MS,
  };
}

export function boundClient(execute: Execute, policy: Resilience): Execute {
  return (operation: Operation, call: Call) => {
    const isIdempotent = isQuery(operation.query);
    const deadline = call.deadline === undefined ? undefined : ourDeadline(call.deadline);
    return policy.run(
      (bounds) => execute(operation, { ...call, ...bounds }),
      // To give up on a mutation does not undo it: it may take what time there is.
      { signal: call.signal, deadline, isIdempotent, mayUseWholeDeadline: !isIdempotent },
    );
  };
}

/** A little earlier than the client's: what did arrive must still reach it, with an error for what did not. */
function ourDeadline(deadline: number): number {
  return deadline - Math.min(250, Math.max(0, deadline - Date.now()) / 20);
}

/** The subgraph is well, and this request of somebody's is what it does not take. */
function isAnswer(cause: unknown): boolean {
  return cause instanceof SubgraphCallError && (cause.reason === 'refused' || cause.reason === 'too large');
}

/** Whoever was too slow once would be again, and nonsense stays nonsense. */
function mayRepeat(cause: unknown): boolean {
  return cause instanceof SubgraphCallError ? cause.reason === 'connection' : !isTimeout(cause);
}
