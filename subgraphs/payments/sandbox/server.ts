// The sandbox provider: a payment provider for development and tests, as a real HTTP server with its own books. All routes except
// health require the API key. Status 200 and 409 carry the charge as it is. 409: the charge cannot become what was requested.
// 400: the request is malformed, or names another amount for a known reference.
//   POST /charges                    { reference, amount, currency, token }; 422 for an unknown token
//   GET  /charges/:reference         404 when there is no such charge
//   POST /charges/:reference/capture
//   POST /charges/:reference/expire  ends the hold, as happens when it is not captured in time
//   POST /charges/:reference/void    also voids a reference without a charge, so that no charge can be created later
//   POST /charges/:reference/refunds { reference, amount, currency }
//   GET  /charges                    all charges; with ?limit= (and ?after=) the next ones, in the order of the references
//   POST /deliveries                 { copies, delaysMs }: how events are delivered from now on
//   GET  /deliveries                 { underWay }: how many deliveries have not ended yet
import { createHash, timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { getOrigin } from '../../../platform/http/address.ts';
import { createGracefulClose } from '../../../platform/http/graceful-close.ts';
import { registerHealth } from '../../../platform/http/health.ts';
import type { Log } from '../../../platform/process/log.ts';
import { type Money, parsePositiveMoney } from '../../../platform/values/money.ts';
import { Refusal } from '../../../platform/values/refusal.ts';
import { type BookedCharge, type Books, openBooks } from './books.ts';
import { type Deliveries, type DeliverySettings, openDeliveries, type WebhookOptions } from './deliveries.ts';
import { findCardBehaviour } from './test-card.ts';

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

type ChargeBody = Money & { reference: string; token: string };
type RefundBody = Money & { reference: string };
type ByReference = { reference: string };
type Page = { after?: string; limit?: number };

const text = { type: 'string', minLength: 1, maxLength: 255 };
const refundSchema = {
  type: 'object',
  required: ['reference', 'amount', 'currency'],
  properties: { reference: text, amount: text, currency: text },
};
const chargeSchema = {
  ...refundSchema,
  required: [...refundSchema.required, 'token'],
  properties: { ...refundSchema.properties, token: text },
};

const pageSchema = {
  type: 'object',
  properties: { after: text, limit: { type: 'integer', minimum: 1, maximum: 1000 } },
};
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

function registerCharges(server: FastifyInstance, books: Books, answerLate: () => Promise<void>): void {
  const failedOnce = new Set<string>();
  server.post<{ Body: ChargeBody }>(
    '/charges',
    { schema: { body: chargeSchema } },
    async (request, reply) => {
      const { reference, amount, currency, token } = request.body;
      const money = parsePositiveMoney({ amount, currency });
      // The card is checked first, as real processors do. So a repeat with a bad token is refused even for a known reference.
      const behaviour = findCardBehaviour(token);
      if (behaviour === null)
        return reply.code(422).send({ code: 'token_invalid', message: 'No card has this token.' });
      if (behaviour === 'fails') return sendFailure(reply);
      const existing = books.find(reference);
      if (existing !== undefined) return reply.code(isSameCharge(existing, money) ? 200 : 400).send(existing);
      if (behaviour === 'failsOnce' && !failedOnce.has(reference)) {
        failedOnce.add(reference);
        return sendFailure(reply);
      }
      const charge = books.open(reference, money, behaviour === 'declines' ? 'declined' : 'authorized');
      if (behaviour === 'answersLate') await answerLate();
      // The response has the charge as it was when it was authorised.
      if (behaviour === 'lapses') books.expire(charge);
      return charge;
    },
  );
  server.get<{ Querystring: Page }>(
    '/charges',
    { schema: { querystring: pageSchema } },
    async ({ query: { after = '', limit } }) => ({
      charges: limit === undefined ? books.list() : books.page(after, limit),
    }),
  );
  server.get<{ Params: ByReference }>(
    '/charges/:reference',
    async ({ params }, reply) => books.find(params.reference) ?? sendNotFound(reply),
  );
}

function registerChanges(server: FastifyInstance, books: Books): void {
  const sendCharge = (reply: FastifyReply, charge: BookedCharge, wanted: BookedCharge['status']) =>
    reply.code(charge.status === wanted ? 200 : 409).send(charge);
  const changes = { capture: 'CAPTURED', expire: 'EXPIRED' } as const;
  for (const change of ['capture', 'expire'] as const) {
    server.post<{ Params: ByReference }>(`/charges/:reference/${change}`, async ({ params }, reply) => {
      const charge = books.find(params.reference);
      if (charge === undefined) return sendNotFound(reply);
      return sendCharge(reply, books[change](charge), changes[change]);
    });
  }
  server.post<{ Params: ByReference }>('/charges/:reference/void', async ({ params }, reply) =>
    sendCharge(reply, books.void(params.reference), 'VOIDED'),
  );
  server.post<{ Params: ByReference; Body: RefundBody }>(
    '/charges/:reference/refunds',
    { schema: { body: refundSchema } },
    async ({ params, body }, reply) => {
      const charge = books.find(params.reference);
      if (charge === undefined) return sendNotFound(reply);
      const refund = { reference: body.reference, money: parsePositiveMoney(body) };
      const isRefunded = books.refund(charge, refund);
      return reply.code(isRefunded ? 200 : 409).send(books.find(params.reference));
    },
  );
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

/** True when a request repeats the charge: it names the same amount, or the reference was voided before any charge. */
function isSameCharge(charge: BookedCharge, money: Money): boolean {
  return charge.amount === null || (charge.amount === money.amount && charge.currency === money.currency);
}

function sendFailure(reply: FastifyReply) {
  return reply.code(500).send({ code: 'error', message: 'This test card fails.' });
}

function sendNotFound(reply: FastifyReply) {
  return reply.code(404).send({ code: 'not_found', message: 'No charge has this reference.' });
}

function createLateAnswer(delayMs: number, closing: AbortSignal): () => Promise<void> {
  return () => sleep(Math.min(delayMs, 60_000), undefined, { signal: closing });
}
