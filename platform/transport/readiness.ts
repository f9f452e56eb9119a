// Whether another subgraph says that it is ready: a probe for the circuit breaker of its callers. It costs little, it needs no
// viewer, and it fails while the database of that subgraph is away, so that no call has to find that out.
import type { Readiness } from '../http/health.ts';
import type { Log } from '../process/log.ts';

/** Asks a subgraph whether it is ready. May reject. */
export type CheckReadiness = (name: string, signal: AbortSignal) => Promise<Readiness>;

/** Rejects unless the subgraph is ready. */
export async function requireReady(
  checkReadiness: CheckReadiness,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const { isReady } = await checkReadiness(name, signal);
  if (!isReady) throw new Error(`${name} is not ready`);
}

/** Logs once that a subgraph has begun to refuse the identity of `self`, and once that it no longer does. */
export function createIdentityLog(log: Log, self: string): (subgraph: string, identity: unknown) => void {
  const refusing = new Set<string>();
  return (subgraph, identity) => {
    if (identity !== undefined && !refusing.has(subgraph)) {
      refusing.add(subgraph);
      log.error({ subgraph, identity }, `a subgraph refuses the identity of ${self}`);
    } else if (identity === undefined && refusing.delete(subgraph)) {
      log.info({ subgraph }, `a subgraph accepts the identity of ${self} again`);
    }
  };
}
