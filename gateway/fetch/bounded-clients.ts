// Bounds each subgraph call of the gateway: a concurrency limit, a timeout, a circuit breaker and one retry of a query whose
// connection failed, and of any operation that was not sent. A GraphQL response is never a failure here, whatever errors it has. Otherwise a client that can provoke an
// error could open the circuit breaker for all clients.
import { type Call, type Execute, isQuery, type Operation } from '../../platform/calls/call.ts';
import { isTimeout } from '../../platform/calls/deadline.ts';
import {
  type CallLimits,
  openResilience,
  type PeerHealth,
  type Resilience,
} from '../../platform/calls/resilience.ts';
import { type CheckReadiness, requireReady } from '../../platform/transport/readiness.ts';
import { isUnsent, SubgraphCallError } from '../../platform/transport/subgraph-client.ts';
import { getOrCreate } from '../../platform/values/get-or-create.ts';
import type { GatewaySettings } from '../settings/settings.ts';

export interface SubgraphClients {
  /** The client of a subgraph. It rejects when no response came, or when the call was not sent. */
  clientFor: (name: string) => Execute;
  /** Undefined for a subgraph whose client no caller has asked for. */
  health: (name: string) => PeerHealth | undefined;
}

/** One policy for each subgraph while the gateway runs, so that its circuit breaker survives a change of the supergraph. */
export function boundClients(
  clientFor: (name: string) => Execute,
  limits: CallLimits,
  readiness: CheckReadiness,
): SubgraphClients {
  const policies = new Map<string, Resilience>();
  const findPolicy = (name: string): Resilience =>
    getOrCreate(policies, name, () =>
      openResilience({
        limits,
        isRefusal: isRefused,
        isWorthRepeating: isRetryable,
        isUnsent,
        probe: ({ signal }) => requireReady(readiness, name, signal),
      }),
    );
  return {
    clientFor: (name) => boundClient(clientFor(name), findPolicy(name)),
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
    const deadline = call.deadline === undefined ? undefined : getSubgraphDeadline(call.deadline);
    return policy.run(
      (bounds) => execute(operation, { ...call, ...bounds }),
      // A timeout does not undo a mutation, so a mutation may take all the time until the deadline.
      {
        signal: call.signal,
        deadline,
        isIdempotent,
        isWrite: !isIdempotent,
        mayUseWholeDeadline: !isIdempotent,
      },
    );
  };
}

/**
 * A little earlier than the client's deadline, so that the client still receives the data of the other subgraphs, with an error
 * for this one.
 */
function getSubgraphDeadline(deadline: number): number {
  return deadline - Math.min(250, Math.max(0, deadline - Date.now()) / 20);
}

/** Whether a working subgraph refused this request. Such a refusal is no fault of the subgraph. */
function isRefused(cause: unknown): boolean {
  return cause instanceof SubgraphCallError && (cause.reason === 'refused' || cause.reason === 'too large');
}

/** A call that timed out would probably time out again, and an invalid response would come again. */
function isRetryable(cause: unknown): boolean {
  if (cause instanceof SubgraphCallError) return cause.reason === 'connection' || isUnsent(cause);
  return !isTimeout(cause);
}
