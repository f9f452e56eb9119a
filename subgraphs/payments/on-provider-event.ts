// Receives events of the provider about changed charges. An event is only a hint: the handler asks the provider for the charge
// and records that answer. So the result is the same when events come twice, late, in any order, or not at all.
// Status 401: the event is not signed by the provider, or the signature is too old. 400: signed, but not an event. 200: the
// change is recorded, or the event concerns no payment of this subgraph.
import DataLoader from 'dataloader';
import { z } from 'zod';
import type { Context } from '../../platform/subgraph/context.ts';
import type { WebhookRequest } from '../../platform/subgraph/webhook.ts';
import { type PaymentId, parseId } from '../../platform/values/ids.ts';
import type { Own } from './own.ts';
import { type PaymentRow, paymentsByReference } from './payment.ts';
import { hasReached, type PaymentStatus } from './payment-status.ts';
import { isSigned, signatureHeader } from './provider/webhook-signature.ts';
import { isRecorded, recordCharge } from './record/record-charge.ts';

export const providerEventPath = '/webhooks/payments/provider';

/** The fields of an event that the handler reads. All other fields may change. */
const eventShape = z.object({ id: z.string().min(1), type: z.string().min(1), reference: z.string().min(1) });

export async function onProviderEvent(ctx: Context<Own>, request: WebhookRequest): Promise<number> {
  const { body, headers } = request;
  if (!isSigned(ctx.own.webhookSecrets, body, headers[signatureHeader])) return 401;
  const event = parseEvent(body);
  if (event === null) return 400;
  await recordIfChanged(ctx, event, request.signal);
  return 200;
}

/** Records the charge of a payment if anything of it has changed. Throws ProviderFault when the provider does not answer now; the
 * provider then sends the event again. */
async function recordIfChanged(
  ctx: Context<Own>,
  { type, reference }: z.infer<typeof eventShape>,
  signal: AbortSignal,
): Promise<void> {
  const id = parseId<PaymentId>(reference);
  const payment = id === null ? null : await getPaymentLoader(ctx).load(id);
  if (payment === null) return;
  const announced = announcedStatuses[type];
  if (announced !== undefined && hasReached(payment.status, announced)) return;
  const { provider, callProvider } = ctx.own;
  const charge = await callProvider(signal, (attempt) => provider.find(payment.id, attempt));
  if (charge !== null && !isRecorded(payment, charge)) await recordCharge(ctx, payment, charge);
}

/**
 * What events say of which the payment has a status. They tell nothing new when it has reached that status: most events follow a
 * call of ours, and cost no call to the provider. All other events are read, whatever their type and the status of the payment.
 */
const announcedStatuses: Readonly<Record<string, PaymentStatus>> = {
  'charge.authorized': 'AUTHORIZED',
  'charge.declined': 'DECLINED',
  'charge.captured': 'CAPTURED',
  'charge.voided': 'VOIDED',
  'charge.expired': 'EXPIRED',
  'charge.reversed': 'REVERSED',
};

/** Providers send many events at once. Events that arrive within this time share one statement. Results are not cached. */
const batchWindowMs = 5;
const paymentLoaders = new WeakMap<Context<Own>, DataLoader<PaymentId, PaymentRow | null>>();

function getPaymentLoader(ctx: Context<Own>): DataLoader<PaymentId, PaymentRow | null> {
  const known = paymentLoaders.get(ctx);
  if (known !== undefined) return known;
  const lookup = new DataLoader<PaymentId, PaymentRow | null>(
    async (references) => {
      const rows = await paymentsByReference(ctx, references);
      const byId = new Map(rows.map((row) => [row.id, row]));
      return references.map((reference) => byId.get(reference) ?? null);
    },
    { cache: false, batchScheduleFn: (run) => setTimeout(run, batchWindowMs) },
  );
  paymentLoaders.set(ctx, lookup);
  return lookup;
}

function parseEvent(body: Buffer): z.infer<typeof eventShape> | null {
  try {
    return eventShape.safeParse(JSON.parse(body.toString('utf8'))).data ?? null;
  } catch {
    // The body is not JSON. That is the sender's fault and gets status 400; a thrown error would get 500.
    return null;
  }
}
