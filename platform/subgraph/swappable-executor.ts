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
  let before: Execute | undefined;
  let forgetting: NodeJS.Timeout | undefined;
  return {
    execute: async (operation, call) => {
      const previous = before;
      const answer = await current(operation, call);
      // What is not valid was not begun, so that nothing happens twice.
      if (previous === undefined || !isUnknown(answer)) return answer;
      const old = await previous(operation, call);
      return isUnknown(old) ? answer : old;
    },
    replace: (next) => {
      before = current;
      current = next;
      clearTimeout(forgetting);
      forgetting = setTimeout(() => {
        before = undefined;
      }, graceMs).unref();
    },
  };
}

function isUnknown({ data, errors }: SubgraphResponse): boolean {
  return data === undefined && errors?.[0]?.extensions?.code === 'GRAPHQL_VALIDATION_FAILED';
}
