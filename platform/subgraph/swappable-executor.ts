// An executor that another may replace while operations run. Those that started go on where they are. Whoever asks may for
// a while not know of the change, so an operation that only the schema before it knows is still answered by that one.
import type { Execute, SubgraphResponse } from '../calls/call.ts';

export interface SwappableExecutor {
  execute: Execute;
  replace: (next: Execute) => void;
}

/** `graceMs`: how long the schema before is kept, in milliseconds. */
export function createSwappableExecutor(first: Execute, graceMs: number): SwappableExecutor {
  let current = first;
  let previousExecute: Execute | undefined;
  let graceTimer: NodeJS.Timeout | undefined;
  return {
    execute: async (operation, call) => {
      const previous = previousExecute;
      const answer = await current(operation, call);
      // What is not valid was not begun, so that nothing happens twice.
      if (previous === undefined || !isInvalidOperation(answer)) return answer;
      const old = await previous(operation, call);
      return isInvalidOperation(old) ? answer : old;
    },
    replace: (next) => {
      previousExecute = current;
      current = next;
      clearTimeout(graceTimer);
      graceTimer = setTimeout(() => {
        previousExecute = undefined;
      }, graceMs).unref();
    },
  };
}

function isInvalidOperation({ data, errors }: SubgraphResponse): boolean {
  return data === undefined && errors?.[0]?.extensions?.code === 'GRAPHQL_VALIDATION_FAILED';
}
