// Identical queries that are under way at the same time are carried out once, where nobody is anybody: before foreign
// subgraphs, which are told of no viewer. The answer itself is shared, and becomes text once. What went wrong is shared with
// nobody: whoever waited for that asks for himself, and meets the others again where fetches are shared (single-flight.ts).
import type {
  GatewayExecutionResult,
  GatewayExecutor,
  GatewayGraphQLRequestContext,
} from '@apollo/server-gateway-interface';
import { OperationTypeNode } from 'graphql';
import { rejectOnAbort } from '../../platform/calls/deadline.ts';
import type { GatewayContext } from '../context.ts';
import type { Freshness } from './freshness.ts';
import { keyOf } from './response-cache.ts';

interface Sharing {
  freshness: Pick<Freshness, 'turn'>;
  /** For how long others may join, in milliseconds. */
  joinMs: number;
  /** Told of the data of an answer that several wait for, before any of them has it. */
  onShared: (data: object) => void;
}

interface UnderWay {
  /** Writes and graphs that it knows of. */
  turn: number;
  since: number;
  waiting: number;
  answer: Promise<GatewayExecutionResult>;
}

export function answersAtOnce(
  execute: GatewayExecutor,
  { freshness, joinMs, onShared }: Sharing,
): GatewayExecutor {
  const running = new Map<string, UnderWay>();

  const begin = (key: string, request: GatewayGraphQLRequestContext): Promise<GatewayExecutionResult> => {
    const begun: UnderWay = {
      turn: freshness.turn(),
      since: performance.now(),
      waiting: 0,
      answer: execute(request),
    };
    running.set(key, begun);
    const end = () => {
      if (running.get(key) === begun) running.delete(key);
    };
    begun.answer = begun.answer.then(
      (answer) => {
        end();
        if (begun.waiting > 0 && isWhole(answer)) onShared(answer.data);
        return answer;
      },
      (cause) => {
        end();
        throw cause;
      },
    );
    return begun.answer;
  };

  const join = async (known: UnderWay, request: GatewayGraphQLRequestContext) => {
    known.waiting += 1;
    const { signal } = request.context as GatewayContext;
    const answer = await rejectOnAbort(known.answer, signal).catch(() => undefined);
    // When this one's own time is over, executing says so in the usual words.
    return answer !== undefined && isWhole(answer) ? { ...answer } : execute(request);
  };

  return async (request) => {
    if (request.operation.operation !== OperationTypeNode.QUERY) return execute(request);
    const { queryHash, operation, request: asked, context } = request;
    const key = keyOf({ queryHash, operation, request: asked, headers: (context as GatewayContext).headers });
    const known = running.get(key);
    const isOpen =
      known !== undefined && known.turn === freshness.turn() && performance.now() - known.since < joinMs;
    return isOpen ? join(known, request) : begin(key, request);
  };
}

function isWhole(
  answer: GatewayExecutionResult,
): answer is GatewayExecutionResult & { data: Record<string, unknown> } {
  return answer.data != null && answer.errors === undefined && answer.extensions === undefined;
}
