// The health routes of a process. /health says that it listens, without asking other services. /health/live says that it runs.
// /health/ready says that it can answer requests now. It fails as soon as the shutdown begins, so that a load balancer chooses
// another instance before connections close. Everybody learns the status, and only the operator learns more.
import type { FastifyInstance } from 'fastify';
import { challenges, readCredentials } from './credentials.ts';
import { describeRelease } from './release.ts';

export interface Readiness {
  isReady: boolean;
  /** Details for operators: states and latencies, never addresses or credentials. */
  details: Readonly<Record<string, unknown>>;
}

export interface HealthOptions {
  /** The name of the process. */
  service: string;
  /** What the operator calls the code that runs. */
  release?: string | undefined;
  /** Anybody may ask at any rate, so that the check itself bounds its work: see shared-check.ts. */
  check: () => Promise<Readiness>;
  /** Whether this Authorization header is that of somebody who may read versions, migrations and circuit breakers. */
  isOperator: (authorization: string) => Promise<boolean>;
  /** What a caller that is refused learns beside the time. */
  describeRefusal?: (authorization: string) => Promise<Readonly<Record<string, unknown>>>;
}

/** Adds the routes. The returned `startDraining` makes the process not ready until it ends. */
export function registerHealth(
  server: FastifyInstance,
  { service, release, check, isOperator, describeRefusal = async () => ({}) }: HealthOptions,
): { startDraining: () => void; isDraining: () => boolean } {
  let isDraining = false;
  server.get('/health/live', async () => ({ status: 'live' }));
  server.get('/health', async (_request, reply) =>
    reply.code(isDraining ? 503 : 200).send({ status: isDraining ? 'draining' : 'healthy' }),
  );
  server.get('/health/ready', async (request, reply) => {
    const { authorization = '' } = request.headers;
    const isAnonymous = readCredentials(authorization).kind === 'none';
    if (!isAnonymous && !(await isOperator(authorization))) {
      // The time lets a caller find out that its signed identity was refused because the clocks differ.
      return reply
        .code(401)
        .header('www-authenticate', challenges.tokenInvalid)
        .send({
          status: 'unauthenticated',
          time: new Date().toISOString(),
          ...(await describeRefusal(authorization)),
        });
    }
    const { isReady, details } = isDraining ? { isReady: false, details: { draining: true } } : await check();
    const status = isReady ? 'ready' : 'not ready';
    return reply
      .code(isReady ? 200 : 503)
      .send(isAnonymous ? { status } : { service, ...describeRelease(release), status, ...details });
  });
  return {
    isDraining: () => isDraining,
    startDraining: () => {
      isDraining = true;
    },
  };
}
