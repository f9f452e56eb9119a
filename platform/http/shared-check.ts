// Bounds what a health check costs, however many clients ask: one check runs at a time, and its result answers everybody who asks
// while it runs or shortly after.

/** Two of these stand in a row, in the gateway and in each subgraph: the state that a client reads is at most a second old. */
const maxAgeMs = 500;

/** Callers share the running check, and the result of one that began less than `maxAgeMs` ago. */
export function shareCheck<Result>(check: () => Promise<Result>): () => Promise<Result> {
  let last: { result: Promise<Result>; startedAt: number; isRunning: boolean } | undefined;
  return () => {
    if (last !== undefined && (last.isRunning || performance.now() - last.startedAt < maxAgeMs))
      return last.result;
    const begun = { result: check(), startedAt: performance.now(), isRunning: true };
    const end = () => {
      begun.isRunning = false;
    };
    begun.result.then(end, end);
    last = begun;
    return begun.result;
  };
}
