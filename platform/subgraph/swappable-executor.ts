// An executor that can be replaced while operations run. Operations that have started are not affected. A caller may not know the new
// schema for some time, so an operation that is valid only in the previous schema is still executed on that one.
import type { Execute, SubgraphResponse } from '../calls/call.ts';

export interface SwappableExecutor {
  execute: Execute;
  replace: (next: Execute) => void;
}

/** `graceMs`: how long the previous executor is kept, in milliseconds. */
export function createSwappableExecutor(first: Execute, graceMs: number): SwappableExecutor {
  let current = first;
  let previousExecute: Execute | undefined;
  let graceTimer: NodeJS.Timeout | undefined;
  return {
    execute: async (operation, call) => {
      const previous = previousExecute;
      const response = await current(operation, call);
      // An invalid operation was not executed, so that no operation is executed twice.
      if (previous === undefined || !isInvalidOperation(response)) return response;
      const previousResponse = await previous(operation, call);
      return isInvalidOperation(previousResponse) ? response : previousResponse;
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
