// Executes identical concurrent queries once, for foreign subgraphs: these get no viewer, so the response cannot depend on
// one. The requests share the result, which is serialized once. They do not share failures: each request that waited for one
// executes for itself, and can still share single fetches (single-flight.ts).
import type {
  GatewayExecutionResult,
  GatewayExecutor,
  GatewayGraphQLRequestContext,
} from '@apollo/server-gateway-interface';
import { OperationTypeNode } from 'graphql';
import { rejectOnAbort } from '../../platform/calls/deadline.ts';
import type { Freshness } from '../cache-policy/freshness.ts';
import type { GatewayContext, RequestState } from '../context.ts';
import { buildRequestKey } from './response-cache.ts';

interface ExecutionSharing {
  freshness: Pick<Freshness, 'getEpoch'>;
  /** For how long after its start an execution can be joined, in milliseconds. */
  joinMs: number;
  /** Called with the data of a result that several requests wait for, before any of them gets it. */
  onShared: (data: object) => void;
}

interface RunningExecution {
  /** What `freshness.getEpoch` returned when it was started. */
  epoch: number;
  startedAt: number;
  /** Of the first request, for which the fetches are sent. */
  state: RequestState;
  /** Requests beside the first. */
  waiterCount: number;
  result: Promise<GatewayExecutionResult>;
}

export function shareExecutions(execute: GatewayExecutor, sharing: ExecutionSharing): GatewayExecutor {
  const running = new Map<string, RunningExecution>();
  return async (request) => {
    if (request.operation.operation !== OperationTypeNode.QUERY) return execute(request);
    const { queryHash, operation } = request;
    const { headers } = getContext(request);
    const key = buildRequestKey({ queryHash, operation, request: request.request, headers });
    const known = running.get(key);
    if (known !== undefined && canJoin(known, sharing)) return join(known, request, execute);
    const started = start(execute, request, sharing, () => {
      if (running.get(key) === started) running.delete(key);
    });
    running.set(key, started);
    return started.result;
  };
}

function canJoin({ epoch, startedAt }: RunningExecution, { freshness, joinMs }: ExecutionSharing): boolean {
  return epoch === freshness.getEpoch() && performance.now() - startedAt < joinMs;
}

/** `onEnd` is called before any request gets the result. */
function start(
  execute: GatewayExecutor,
  request: GatewayGraphQLRequestContext,
  { freshness, onShared }: ExecutionSharing,
  onEnd: () => void,
): RunningExecution {
  const started: RunningExecution = {
    epoch: freshness.getEpoch(),
    startedAt: performance.now(),
    state: getContext(request).state,
    waiterCount: 0,
    result: execute(request),
  };
  started.result = started.result.then(
    (result) => {
      onEnd();
      if (started.waiterCount > 0 && isComplete(result)) onShared(result.data);
      return result;
    },
    (cause) => {
      onEnd();
      throw cause;
    },
  );
  return started;
}

async function join(
  known: RunningExecution,
  request: GatewayGraphQLRequestContext,
  execute: GatewayExecutor,
): Promise<GatewayExecutionResult> {
  known.waiterCount += 1;
  const { signal, state } = getContext(request);
  const result = await rejectOnAbort(known.result, signal).catch(() => undefined);
  // After this request's own deadline, executing it produces the error that clients know.
  if (result === undefined || !isComplete(result)) return execute(request);
  // Whether the response may be cached, and until which change, depends on the fetches: those were sent for the first request.
  state.pendingResponse = known.state.pendingResponse;
  return { ...result };
}

function getContext({ context }: GatewayGraphQLRequestContext): GatewayContext {
  return context as GatewayContext;
}

/** Without errors, and without the notes that the executor makes about a null. */
function isComplete(
  result: GatewayExecutionResult,
): result is GatewayExecutionResult & { data: Record<string, unknown> } {
  return result.data != null && result.errors === undefined && result.extensions === undefined;
}
