// Whether another subgraph says that it is ready: a probe for the circuit breaker of its callers. It costs little, and it fails while the
// database of that subgraph is away, so that no call has to find that out.
import type { Readiness } from '../http/health.ts';

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
