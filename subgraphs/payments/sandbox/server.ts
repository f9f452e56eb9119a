// The sandbox provider: a payment provider for development and tests, as a real HTTP server with its own books. All routes except
// health require the API key. Status 200 and 409 carry the charge as it is. 409: the charge cannot become what was requested.
// 400: the request is malformed, or names another amount for a known reference.
//   POST /charges                    { reference, amount, currency, token }; 422 for an unknown token
//   GET  /charges/:reference         404 when there is no such charge
//   POST /charges/:reference/capture
//   POST /charges/:reference/expire  ends the hold, as happens when it is not captured in time
//   POST /charges/:reference/settle  captures a charge whose hold is gone, as a bank does that settles it all the same
//   POST /charges/:reference/void    also voids a reference without a charge, so that no charge can be created later
//   POST /charges/:reference/refunds { reference, amount, currency }
//   POST /charges/:reference/reverse takes a capture back, as happens when the bank does not settle it
//   POST /charges/:reference/disputes { reference, amount, currency }: the buyer's bank takes the amount back
//   POST /charges/:reference/disputes/:dispute/win, or /lose: closes the dispute
//   GET  /charges                    all charges; with ?limit= (and ?after=) the next ones, in the order of the references
//   POST /deliveries                 { copies, delaysMs }: how events are delivered from now on
//   GET  /deliveries                 { underWay }: how many deliveries have not ended yet
import { createHash, timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { getOrigin } from '../../../platform/http/address.ts';
import { createGracefulClose } from '../../../platform/http/graceful-close.ts';
import { registerHealth } from '../../../platform/http/health.ts';
import type { Log } from '../../../platform/process/log.ts';
import { Refusal } from '../../../platform/values/refusal.ts';
import { openBooks } from './books.ts';
import { registerChanges, registerCharges, registerParts } from './charge-routes.ts';
import { type Deliveries, type DeliverySettings, openDeliveries, type WebhookOptions } from './deliveries.ts';

export interface SandboxOptions {
  host: string;
  /** With 0, the system chooses a free port. */
  port: number;
  apiKey: string;
  /** The folder of the journal. Without it, the books are lost when the process ends. */
  folder?: string;
  /** How long the card tok_timeout delays its response, in milliseconds; at most a minute. */
  answerLateMs?: number;
  /** Where and how the merchant gets an event for each change. */
  webhook?: WebhookOptions;
  log?: Log;
}

export interface SandboxProvider {
  url: string;
  /** Sets the URL to which events are posted from now on. */
  postEventsTo: (url: string) => void;
  close: () => Promise<void>;
}

const deliverySettingsSchema = {
  type: 'object',
  required: ['copies', 'delaysMs'],
  properties: {
    copies: { type: 'integer', minimum: 0, maximum: 10 },
    delaysMs: {
      type: 'array',
      minItems: 1,
      items: { type: 'integer', minimum: 0, maximum: 600_000 },
    },
  },
};

/** Starts the server. Throws EnvironmentError when another sandbox has the folder, and errors of the port and the file system. */
export async function startSandboxProvider(options: SandboxOptions): Promise<SandboxProvider> {
  const deliveries = openDeliveries(options.webhook ?? { secrets: [options.apiKey] }, options.log);
  const books = openBooks(options.folder, ({ event, reference }) => deliveries.announce(event, reference));
  const closing = new AbortController();
  const server = Fastify({ forceCloseConnections: true, bodyLimit: 16 * 1024 });
  const health = registerHealth(server, {
    service: 'sandbox-provider',
    check: async () => ({ isReady: true, details: {} }),
    // It has no details, so that nobody needs to be refused.
    isOperator: async () => true,
  });
  const closeServer = createGracefulClose(server, { startDraining: health.startDraining, drainMs: 0 });
  server.setErrorHandler((cause: FastifyError, _request, reply) => {
    if (cause instanceof Refusal) return reply.code(400).send({ code: cause.code, message: cause.message });
    const status = cause.statusCode ?? 500;
    if (status >= 500) options.log?.debug({ err: cause }, 'the sandbox provider failed');
    return reply
      .code(status)
      .send({ code: 'error', message: status < 500 ? cause.message : 'The sandbox provider failed.' });
  });
  // These routes have a scope of their own, so that they require the key and health does not.
  server.register(async (scope) => {
    requireKey(scope, options.apiKey);
    registerCharges(scope, books, createLateAnswer(options.answerLateMs ?? 20_000, closing.signal));
    registerChanges(scope, books);
    registerParts(scope, books);
    registerDeliveries(scope, deliveries);
  });
  const close = async () => {
    closing.abort(new Error('the sandbox provider closes'));
    await closeServer();
    await deliveries.close();
    books.close();
  };
  try {
    await server.listen({ host: options.host, port: options.port });
  } catch (cause) {
    await close();
    throw cause;
  }
  return { url: getOrigin(server, options.host), postEventsTo: deliveries.postTo, close };
}

function requireKey(server: FastifyInstance, apiKey: string): void {
  const digest = (value: string) => createHash('sha256').update(value).digest();
  const expected = digest(`Bearer ${apiKey}`);
  server.addHook('onRequest', async (request, reply) => {
    if (timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) return;
    return reply.code(401).send({ code: 'unauthorized', message: 'Send "Authorization: Bearer <API key>".' });
  });
}

function registerDeliveries(server: FastifyInstance, deliveries: Deliveries): void {
  server.get('/deliveries', async () => ({ underWay: deliveries.underWay() }));
  server.post<{ Body: DeliverySettings }>(
    '/deliveries',
    { schema: { body: deliverySettingsSchema } },
    async ({ body: { copies, delaysMs } }) => {
      deliveries.configure({ copies, delaysMs });
      return { underWay: deliveries.underWay() };
    },
  );
}

function createLateAnswer(delayMs: number, closing: AbortSignal): () => Promise<void> {
  return () => sleep(Math.min(delayMs, 60_000), undefined, { signal: closing });
}
