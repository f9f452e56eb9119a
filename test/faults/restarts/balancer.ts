// What a load balancer does: it asks each gateway every half a second whether it is ready, and sends requests to those that are, one
// after the other. It repeats no request, so that each failure counts.
import { setTimeout as sleep } from 'node:timers/promises';

export interface Balancer {
  /** Sends one POST. Rejects when there is no response. */
  send: (body: object, token?: string) => Promise<Response>;
  stop: () => Promise<void>;
}

const intervalMs = 500;

export function openBalancer(origins: readonly string[]): Balancer {
  const ready = new Set(origins);
  const ending = new AbortController();
  const watch = async (origin: string) => {
    while (!ending.signal.aborted) {
      const timeout = AbortSignal.timeout(2_000);
      const response = await fetch(`${origin}/health/ready`, { signal: timeout }).catch(() => null);
      await response?.arrayBuffer().catch(() => {});
      if (response?.status === 200) ready.add(origin);
      else ready.delete(origin);
      await sleep(intervalMs, undefined, { signal: ending.signal }).catch(() => {});
    }
  };
  const watching = origins.map(watch);
  let turn = 0;
  return {
    send: (body, token) => {
      const targets = [...ready];
      const target = targets[turn++ % targets.length];
      if (target === undefined) throw new Error('no gateway is ready');
      return fetch(`${target}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(body),
      });
    },
    stop: async () => {
      ending.abort();
      await Promise.all(watching);
    },
  };
}
