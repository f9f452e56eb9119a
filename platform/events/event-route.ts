// Serves the events of a subgraph over HTTP, to services with a signed identity: GET /events?after=&types=&limit=&wait=. The response
// comes when there is an event, or when the wait is over.
import type { FastifyInstance } from 'fastify';
import { startResponseTimeout } from '../calls/deadline.ts';
import { findService, refuseCaller } from '../http/service-caller.ts';
import type { Verify } from '../identity/signed-identity.ts';
import { Refusal } from '../values/refusal.ts';
import { feedStatuses, refuseFeed } from './errors.ts';
import { maxWaitMs, type ReadEvents, type ReadRequest } from './read-events.ts';

export const eventsPath = '/events';

/** The events of one page when the reader names no number. */
const defaultLimit = 500;

const parameters = new Set(['after', 'types', 'limit', 'wait']);

export function mountEvents(server: FastifyInstance, readEvents: ReadEvents, verify: Verify): void {
  const closing = new AbortController();
  // The server waits for open responses when it closes: a reader that waits for events is answered at once.
  server.addHook('preClose', async () => closing.abort());
  server.get(eventsPath, async (request, reply) => {
    if ((await findService(request, verify)) === undefined)
      return refuseCaller(reply, 'A signed identity of a service is required.');
    try {
      const wanted = parseRequest(request.query as Record<string, unknown>);
      const { signal } = startResponseTimeout(reply.raw, maxWaitMs + 5_000);
      return await readEvents(wanted, signal, closing.signal).catch((cause: unknown) => {
        // The reader has left, or was told long ago that the wait is over: nobody gets this response, and it is no fault.
        if (signal.aborted) return reply.code(503).send();
        throw cause;
      });
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      const { code, message, details } = cause;
      const status = feedStatuses.get(code) ?? 400;
      return reply.code(status).send({ errors: [{ message, extensions: { ...details, code } }] });
    }
  });
}

/** Refusals: FEED_PARAMETER_UNKNOWN, FEED_LIMIT_INVALID, FEED_WAIT_INVALID, FEED_CURSOR_INVALID. */
function parseRequest(query: Readonly<Record<string, unknown>>): ReadRequest {
  for (const [name, value] of Object.entries(query))
    if (!parameters.has(name) || typeof value !== 'string')
      throw refuseFeed('FEED_PARAMETER_UNKNOWN', { parameter: name });
  const { after = 'beginning', types, limit, wait } = query as Record<string, string | undefined>;
  return {
    after,
    types: types?.split(','),
    limit: limit === undefined ? defaultLimit : parseNumber(limit),
    waitMs: wait === undefined ? 0 : parseNumber(wait),
  };
}

/** NaN is out of all bounds, so that the reader refuses it. */
function parseNumber(text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
}
