// The health routes of a process. /health says that it listens, without asking other services. /health/live says that it runs.
// /health/ready says that it can answer requests now. It fails as soon as the shutdown begins, so that a load balancer chooses
// another instance before connections close.
import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';

export interface Readiness {
  isReady: boolean;
  /** Details for operators: states and latencies, never addresses or credentials. */
  details: Readonly<Record<string, unknown>>;
}

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/** Adds the routes. The returned `startDraining` makes the process not ready until it ends. */
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
