// The provider tells of a change to a charge. The event is a hint and nothing more: what is recorded is what the provider
// answers when it is asked for the charge. So events may come twice, late, in any order or never: the last word is the same.
// 401: not signed by the provider, or too long ago. 400: signed, and no event. 200: known by now, or none of our business.
import DataLoader from 'dataloader';
import { z } from 'zod';
import type { Context } from '../../platform/subgraph/context.ts';
import type { WebhookRequest } from '../../platform/subgraph/webhook.ts';
import { type PaymentId, parseId } from '../../platform/values/ids.ts';
import type { Own } from './own.ts';
import { type PaymentRow, paymentsOfReferences } from './payment.ts';
import { isSigned, signatureHeader } from './provider/webhook-signature.ts';
import { recordCharge } from './record-charge.ts';

export const providerEventPath = '/webhooks/payments/provider';

/** What we read of an event; what else is in it may change without us. */
const eventShape = z.object({ id: z.string().min(1), type: z.string().min(1), reference: z.string().min(1) });

export async function onProviderEvent(ctx: Context<Own>, request: WebhookRequest): Promise<number> {
  const { webhookSecret } = ctx.own;
  const { body, headers } = request;
  if (webhookSecret === undefined || !isSigned(webhookSecret, body, headers[signatureHeader])) return 401;
  const event = eventIn(body);
  if (event === null) return 400;
  await look(ctx, event.reference, request.signal);
  return 200;
}

/** Throws ProviderFault when the provider does not answer now: it sends the event again. */
async function look(ctx: Context<Own>, reference: string, signal: AbortSignal): Promise<void> {
  const id = parseId<PaymentId>(reference);
  const payment = id === null ? null : await lookupOf(ctx).load(id);
  // Only these can still become something else by what the provider does to the charge.
  if (payment?.status !== 'PENDING' && payment?.status !== 'AUTHORIZED') return;
  const { provider, insist } = ctx.own;
  const charge = await insist(signal, (attempt) => provider.find(payment.id, attempt));
  if (charge !== null && charge.status !== payment.status) await recordCharge(ctx, payment, charge);
}

/** Providers send events in bundles: what arrives within a moment shares one statement. Nothing is remembered. */
const gatherMs = 5;
const lookups = new WeakMap<Context<Own>, DataLoader<PaymentId, PaymentRow | null>>();

function lookupOf(ctx: Context<Own>): DataLoader<PaymentId, PaymentRow | null> {
  const known = lookups.get(ctx);
  if (known !== undefined) return known;
  const lookup = new DataLoader<PaymentId, PaymentRow | null>(
    async (references) => {
      const rows = await paymentsOfReferences(ctx, references);
      const byId = new Map(rows.map((row) => [row.id, row]));
      return references.map((reference) => byId.get(reference) ?? null);
    },
    { cache: false, batchScheduleFn: (run) => setTimeout(run, gatherMs) },
  );
  lookups.set(ctx, lookup);
  return lookup;
}

function eventIn(body: Buffer): z.infer<typeof eventShape> | null {
  try {
    return eventShape.safeParse(JSON.parse(body.toString('utf8'))).data ?? null;
  } catch {
    // No JSON: told apart from a fault of ours, whose answer would be 500.
    return null;
  }
}
