// Closes an HTTP server: it becomes not ready, still answers until load balancers have noticed, lets running requests finish,
// and then closes every connection. Node alone would wait for connections that were never used (browsers open some in
// advance), and for the keep-alive of connections that were busy when the server began to close.
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

export interface DrainOptions {
  /** Makes the readiness check fail from now on. */
  startDraining: () => void;
  /** How long the server goes on answering after that, in milliseconds. */
  drainMs: number;
}

/** Shortest time that the server goes on answering, in milliseconds: requests that have arrived are not read yet. */
const minDrainMs = 20;

/** How often a closing server closes connections that clients opened at the last moment. */
const closeIntervalMs = 50;

/** Returns the function that closes the server. It must be created before the server listens. */
export function createGracefulClose(
  server: FastifyInstance,
  { startDraining, drainMs }: DrainOptions,
): () => Promise<void> {
  let running = 0;
  let isDraining = false;
  let isClosing = false;
  const closeConnections = () => {
    if (isClosing && running === 0) server.server.closeAllConnections();
  };
  server.addHook('onRequest', async (_request, reply) => {
    running += 1;
    // The hook onResponse would not run for a client that disconnects before its response.
    reply.raw.once('close', () => {
      running -= 1;
      closeConnections();
    });
  });
  // A client that sends no further request over its connection cannot lose one. HTTP/2 has no such header.
  server.addHook('onSend', async (request, reply) => {
    if (isDraining && request.raw.httpVersionMajor === 1) reply.header('connection', 'close');
  });
  return async () => {
    startDraining();
    isDraining = true;
    await sleep(Math.max(drainMs, minDrainMs));
    isClosing = true;
    closeConnections();
    const timer = setInterval(closeConnections, closeIntervalMs);
    try {
      await server.close();
    } finally {
      clearInterval(timer);
    }
  };
}
