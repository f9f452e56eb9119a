// /health: in short, for whoever only starts a service: it listens, and answers what does not need others.
// /health/live: the process runs. /health/ready: it can answer now; false as soon as shutdown begins, so that a load
// balancer looks elsewhere before connections close.
import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';

export interface Readiness {
  isReady: boolean;
  /** Shown to operators: states and latencies, never addresses or credentials. */
  details: Readonly<Record<string, unknown>>;
}

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/** Adds both routes. The returned `draining` makes the process not ready, for good. */
export function registerHealth(
  server: FastifyInstance,
  service: string,
  check: () => Promise<Readiness>,
): { startDraining: () => void } {
  let isDraining = false;
  server.get('/health/live', async () => ({ service, version, status: 'live' }));
  server.get('/health', async (_request, reply) =>
    reply
      .code(isDraining ? 503 : 200)
      .send({ service, version, status: isDraining ? 'draining' : 'healthy' }),
  );
  server.get('/health/ready', async (_request, reply) => {
    const { isReady, details } = isDraining ? { isReady: false, details: { draining: true } } : await check();
    return reply
      .code(isReady ? 200 : 503)
      .send({ service, version, status: isReady ? 'ready' : 'not ready', ...details });
  });
  return {
    startDraining: () => {
      isDraining = true;
    },
  };
}
