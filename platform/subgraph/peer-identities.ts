// Whether the peers of a subgraph accept its signed identity. A key that a peer does not trust, or a clock that is wrong, makes every call
// of this peer fail as if it were down: the log and the health say what it is. The state is asked for beside the health and never
// within it, so that two subgraphs that call each other do not wait for each other.
import { startTimeout } from '../calls/deadline.ts';
import type { Log } from '../process/log.ts';
import { type CheckReadiness, createIdentityLog } from '../transport/readiness.ts';

export interface PeerIdentities {
  /** Why the peer refuses the identity of this subgraph. Undefined where it accepts it, or was not asked. */
  findRefusal: (peer: string) => string | undefined;
  /** Asks the peers again, unless they were asked a moment ago. It does not wait for them. */
  refresh: () => void;
}

/** Between two questions, and for an answer, in milliseconds. */
const intervalMs = 5_000;
const timeoutMs = 2_000;

export function watchPeerIdentities(
  { name, peers = [] }: { name: string; peers?: readonly string[] },
  checkReadiness: CheckReadiness,
  log: Log,
  now: () => number = Date.now,
): PeerIdentities {
  const refusals = new Map<string, string>();
  const logIdentity = createIdentityLog(log, name);
  let askedAt = Number.NEGATIVE_INFINITY;
  const ask = async (peer: string): Promise<void> => {
    const timeout = startTimeout(timeoutMs);
    try {
      const { identity } = (await checkReadiness(peer, timeout.signal)).details;
      logIdentity(peer, identity);
      if (typeof identity === 'string') refusals.set(peer, identity);
      else refusals.delete(peer);
    } catch {
      // A peer that does not answer says nothing about the identity. Its circuit breaker has the rest.
    } finally {
      timeout.clear();
    }
  };
  return {
    findRefusal: (peer) => refusals.get(peer),
    refresh: () => {
      if (now() - askedAt < intervalMs) return;
      askedAt = now();
      for (const peer of peers) void ask(peer);
    },
  };
}
