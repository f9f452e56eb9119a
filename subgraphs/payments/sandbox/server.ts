// A payment provider to develop and test against: a real HTTP server with books of its own. All but health asks for the
// API key. 200 and 409 carry the charge as it is; 409 means that it could not become what was asked, 400 that the request
// is no request, or brings another amount for a reference that is known.
//   POST /charges                    { reference, amount, currency, token }; 422 for a token that stands for no card
//   GET  /charges/:reference         404 when there is none
//   POST /charges/:reference/capture
//   POST /charges/:reference/void    a reference without a charge is voided as well: a charge can never come
//   POST /charges/:reference/refunds { reference, amount, currency }
//   GET  /charges                    the books; with ?limit= (and ?after=) the next charges after a reference, by reference
//   POST /deliveries                 { copies, delaysMs }: how events are delivered from now on; GET: how many are under way
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
import { type Deliveries, type Disorder, openDeliveries, type WebhookOptions } from './deliveries.ts';
import { conductOf } from './test-card.ts';

export interface SandboxOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  apiKey: string;
  /** Where the journal is kept; without it the books end with the process. */
  folder?: string;
  /** How long tok_timeout leaves its caller without an answer; at most a minute. */
  answerLateMs?: number;
  /** Tells the merchant of each change. */
  webhook?: WebhookOptions;
  log?: Log;
}

export interface SandboxProvider {
  url: string;
  /** From now on events are posted there. */
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
const disorderSchema = {
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

/** Listens. Throws what listen and the file system throw. */
export async function startSandboxProvider(options: SandboxOptions): Promise<SandboxProvider> {
  const deliveries = openDeliveries(options.webhook ?? { secret: options.apiKey }, options.log);
  const books = openBooks(options.folder, ({ event, reference }) => deliveries.announce(event, reference));
  const closing = new AbortController();
  const server = Fastify({ forceCloseConnections: true, bodyLimit: 16 * 1024 });
  const health = registerHealth(server, 'sandbox-provider', async () => ({ isReady: true, details: {} }));
  const closeServer = createGracefulClose(server, { startDraining: health.startDraining, drainMs: 0 });
  server.setErrorHandler((cause: FastifyError, _request, reply) => {
    if (cause instanceof Refusal) return reply.code(400).send({ code: cause.code, message: cause.message });
    const status = cause.statusCode ?? 500;
    if (status >= 500) options.log?.debug({ err: cause }, 'the sandbox provider failed');
    return reply
      .code(status)
      .send({ code: 'error', message: status < 500 ? cause.message : 'Something failed.' });
  });
  // In a scope of its own, so that the key is asked for here and not for health.
  server.register(async (scope) => {
    requireKey(scope, options.apiKey);
    registerCharges(scope, books, lateAnswer(options.answerLateMs ?? 20_000, closing.signal));
    registerChanges(scope, books);
    registerDeliveries(scope, deliveries);
  });
  await server.listen({ host: options.host, port: options.port });
  return {
    url: getOrigin(server, options.host),
    postEventsTo: deliveries.postTo,
    close: async () => {
      closing.abort(new Error('the sandbox provider closes'));
      await closeServer();
      await deliveries.close();
      books.close();
    },
  };
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
      // The card first, as real processors do: who repeats without asking for the charge may be refused.
      const conduct = conductOf(token);
      if (conduct === null) return reply.code(422).send({ code: 'token_invalid', message: 'No such card.' });
      if (conduct === 'fails') return failed(reply);
      const known = books.find(reference);
      if (known !== undefined) return reply.code(isFor(known, money) ? 200 : 400).send(known);
      if (conduct === 'failsOnce' && !failedOnce.has(reference)) {
        failedOnce.add(reference);
        return failed(reply);
      }
      const charge = books.open(reference, money, conduct === 'declines' ? 'declined' : 'authorized');
      if (conduct === 'answersLate') await answerLate();
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
    async ({ params }, reply) => books.find(params.reference) ?? notFound(reply),
  );
}

function registerChanges(server: FastifyInstance, books: Books): void {
  const answer = (reply: FastifyReply, charge: BookedCharge, wanted: BookedCharge['status']) =>
    reply.code(charge.status === wanted ? 200 : 409).send(charge);
  server.post<{ Params: ByReference }>('/charges/:reference/capture', async ({ params }, reply) => {
    const charge = books.find(params.reference);
    return charge === undefined ? notFound(reply) : answer(reply, books.capture(charge), 'CAPTURED');
  });
  server.post<{ Params: ByReference }>('/charges/:reference/void', async ({ params }, reply) =>
    answer(reply, books.void(params.reference), 'VOIDED'),
  );
  server.post<{ Params: ByReference; Body: RefundBody }>(
    '/charges/:reference/refunds',
    { schema: { body: refundSchema } },
    async ({ params, body }, reply) => {
      const charge = books.find(params.reference);
      if (charge === undefined) return notFound(reply);
      const refund = { reference: body.reference, money: parsePositiveMoney(body) };
      const isRefunded = books.refund(charge, refund);
      return reply.code(isRefunded ? 200 : 409).send(books.find(params.reference));
    },
  );
}

function registerDeliveries(server: FastifyInstance, deliveries: Deliveries): void {
  server.get('/deliveries', async () => ({ underWay: deliveries.underWay() }));
  server.post<{ Body: Disorder }>(
    '/deliveries',
    { schema: { body: disorderSchema } },
    async ({ body: { copies, delaysMs } }) => {
      deliveries.disturb({ copies, delaysMs });
      return { underWay: deliveries.underWay() };
    },
  );
}

/** A reference is one charge: the same amount again is a repeat. Nothing was charged for one voided beforehand. */
function isFor(charge: BookedCharge, money: Money): boolean {
  return charge.amount === null || (charge.amount === money.amount && charge.currency === money.currency);
}

function failed(reply: FastifyReply) {
  return reply.code(500).send({ code: 'error', message: 'This test card fails.' });
}

function notFound(reply: FastifyReply) {
  return reply.code(404).send({ code: 'not_found', message: 'No charge has this reference.' });
}

function lateAnswer(delayMs: number, closing: AbortSignal): () => Promise<void> {
  return () => sleep(Math.min(delayMs, 60_000), undefined, { signal: closing });
}
