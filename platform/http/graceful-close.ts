// How an HTTP server of ours ends: it is not ready any more, still answers for as long as load balancers need to notice,
// lets running requests get their answers, and then every connection goes, whatever its state.
// Node itself would wait for connections that were opened and never used (a browser makes them ahead of time), and for
// the keep-alive of those that were busy when it was told to close.
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

export interface DrainOptions {
  /** Makes the readiness check fail from now on. */
  startDraining: () => void;
  /** How long the server goes on answering after that, in milliseconds. */
  drainMs: number;
}

/** How often a closing server looks for connections that came in at the last moment, in milliseconds. */
const closeIntervalMs = 50;

/** The way to close the server. Call it before the server listens. */
export function createGracefulClose(
  server: FastifyInstance,
  { startDraining, drainMs }: DrainOptions,
): () => Promise<void> {
  let running = 0;
  let isClosing = false;
  const closeConnections = () => {
    if (isClosing && running === 0) server.server.closeAllConnections();
  };
  server.addHook('onRequest', async (_request, reply) => {
    running += 1;
    // Not onResponse: that never comes for a client that went away before its answer.
    reply.raw.once('close', () => {
      running -= 1;
      closeConnections();
    });
  });
  return async () => {
    startDraining();
    if (drainMs > 0) await sleep(drainMs);
    isClosing = true;
    closeConnections();
    const sweep = setInterval(closeConnections, closeIntervalMs);
    try {
      await server.close();
    } finally {
      clearInterval(sweep);
    }
  };
}
