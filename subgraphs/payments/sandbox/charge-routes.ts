// The routes of the sandbox provider that read and change charges. Status 200 and 409 carry the charge as it is. 409: the charge
// cannot become what was requested. 400: the request is malformed, or names another amount for a known reference.
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Money, parsePositiveMoney } from '../../../platform/values/money.ts';
import type { BookedCharge, Books } from './books.ts';
import { findCardBehaviour } from './test-card.ts';

type ChargeBody = Money & { reference: string; token: string };
type PartBody = Money & { reference: string };
type ByReference = { reference: string };
type Page = { after?: string; limit?: number };

const text = { type: 'string', minLength: 1, maxLength: 255 };
const partSchema = {
  type: 'object',
  required: ['reference', 'amount', 'currency'],
  properties: { reference: text, amount: text, currency: text },
};
const chargeSchema = {
  ...partSchema,
  required: [...partSchema.required, 'token'],
  properties: { ...partSchema.properties, token: text },
};

const pageSchema = {
  type: 'object',
  properties: { after: text, limit: { type: 'integer', minimum: 1, maximum: 1000 } },
};

export function registerCharges(
  server: FastifyInstance,
  books: Books,
  answerLate: () => Promise<void>,
): void {
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

export function registerChanges(server: FastifyInstance, books: Books): void {
  const sendCharge = (reply: FastifyReply, charge: BookedCharge, wanted: BookedCharge['status']) =>
    reply.code(charge.status === wanted ? 200 : 409).send(charge);
  const changes = {
    capture: 'CAPTURED',
    settle: 'CAPTURED',
    expire: 'EXPIRED',
    reverse: 'REVERSED',
  } as const;
  for (const change of ['capture', 'settle', 'expire', 'reverse'] as const) {
    server.post<{ Params: ByReference }>(`/charges/:reference/${change}`, async ({ params }, reply) => {
      const charge = books.find(params.reference);
      if (charge === undefined) return sendNotFound(reply);
      return sendCharge(reply, books[change](charge), changes[change]);
    });
  }
  server.post<{ Params: ByReference }>('/charges/:reference/void', async ({ params }, reply) =>
    sendCharge(reply, books.void(params.reference), 'VOIDED'),
  );
}

/** Refunds and disputes. The reference of a refund that the merchant asks for is the merchant's; others make their own. */
export function registerParts(server: FastifyInstance, books: Books): void {
  for (const [path, change] of [
    ['refunds', books.refund],
    ['disputes', books.dispute],
  ] as const) {
    server.post<{ Params: ByReference; Body: PartBody }>(
      `/charges/:reference/${path}`,
      { schema: { body: partSchema } },
      async ({ params, body }, reply) => {
        const charge = books.find(params.reference);
        if (charge === undefined) return sendNotFound(reply);
        const isDone = change(charge, { reference: body.reference, money: parsePositiveMoney(body) });
        return reply.code(isDone ? 200 : 409).send(books.find(params.reference));
      },
    );
  }
  for (const [path, outcome] of [
    ['win', 'WON'],
    ['lose', 'LOST'],
  ] as const) {
    server.post<{ Params: ByReference & { dispute: string } }>(
      `/charges/:reference/disputes/:dispute/${path}`,
      async ({ params: { reference, dispute } }, reply) => {
        const charge = books.find(reference);
        if (charge === undefined) return sendNotFound(reply);
        const isDone = books.closeDispute(charge, dispute, outcome);
        return reply.code(isDone ? 200 : 409).send(books.find(reference));
      },
    );
  }
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
