// The mutation `purchase`: writes the intent down once per idempotency key, then runs the saga to its end.
import type { RequestContext } from '../../platform/context.ts';
import { newId } from '../../platform/uuid.ts';
import type { AccountViewer } from '../../platform/viewer.ts';
import { type refusals, refuse } from './errors.ts';
import type { Own } from './index.ts';
import { paymentsOf } from './payments.ts';
import { type PurchaseRow, purchaseByKey, purchaseIdempotencyKey, readPurchase } from './purchase.ts';
import { checkInput, hashOf, type PurchaseInput } from './purchase-input.ts';
import { purchaseSaga } from './purchase-saga.ts';
import { type CancelReason, hasEnded } from './purchase-status.ts';
import { StepUnfinished } from './step.ts';
import { stockOf } from './stock.ts';
import { transitionsOf } from './transition.ts';

/** Refusals: those of checkInput, IDEMPOTENCY_KEY_REUSED, and the ones in `inputFaults`. */
export async function makePurchase(
  ctx: RequestContext<Own>,
  viewer: AccountViewer,
  input: PurchaseInput,
): Promise<PurchaseRow> {
  checkInput(input);
  const purchase = await findOrInsert(ctx, viewer.accountId, input);
  if (!hasEnded(purchase.status)) await ctx.own.running(run(ctx, purchase, input.paymentToken));
  const outcome = hasEnded(purchase.status) ? purchase : await readPurchase(ctx, purchase.id);
  refuseInputFault(outcome.cancel_reason);
  return outcome;
}

async function run(ctx: RequestContext<Own>, purchase: PurchaseRow, paymentToken: string): Promise<void> {
  const participants = {
    stock: stockOf(ctx, ctx.traceId),
    payments: paymentsOf(ctx, ctx.traceId),
    transition: transitionsOf(ctx),
  };
  try {
    await purchaseSaga(ctx.own.step, participants, purchase, paymentToken);
  } catch (cause) {
    // Not the end: the row says how far it came, and the same key goes on from there.
    if (!(cause instanceof StepUnfinished)) throw cause;
    ctx.log.error(
      { err: cause, purchase: purchase.id, traceId: ctx.traceId },
      'a purchase could not be ended now',
    );
  }
}

/** The purchase of this key: new, or the one an earlier request wrote. Refuses IDEMPOTENCY_KEY_REUSED. */
async function findOrInsert(
  ctx: RequestContext,
  accountId: string,
  input: PurchaseInput,
): Promise<PurchaseRow> {
  const hash = hashOf(input);
  // The unique constraint decides which of two parallel requests is first; the other one inserts nothing.
  await ctx.db.query(
    `WITH inserted AS (
       INSERT INTO purchases.purchase (id, account_id, payment_id, idempotency_key, request_hash, status)
       VALUES ($1, $2, $3, $4, $5, 'STARTED')
       ON CONFLICT ON CONSTRAINT ${purchaseIdempotencyKey} DO NOTHING RETURNING id
     )
     INSERT INTO purchases.purchase_line (purchase_id, position, product_id, quantity)
     SELECT inserted.id, line.position, line.product_id, line.quantity
     FROM inserted, unnest($6::uuid[], $7::int[]) WITH ORDINALITY AS line (product_id, quantity, position)`,
    [
      newId(),
      accountId,
      newId(),
      input.idempotencyKey,
      hash,
      input.lines.map(({ productId }) => productId),
      input.lines.map(({ quantity }) => quantity),
    ],
  );
  const purchase = await purchaseByKey(ctx, accountId, input.idempotencyKey);
  if (purchase === null) throw new Error('a purchase that was just written is gone');
  if (!hash.equals(purchase.request_hash)) throw refuse('IDEMPOTENCY_KEY_REUSED');
  return purchase;
}

/** Reasons that are the input's fault, found out by products: the client hears them as refusals, at every repeat. */
const inputFaults = [
  'PRODUCT_NOT_FOUND',
  'PRODUCT_DISCONTINUED',
  'MIXED_CURRENCIES',
  'AMOUNT_TOO_LARGE',
] as const;

function refuseInputFault(reason: CancelReason | null): void {
  const fault: keyof typeof refusals | undefined = inputFaults.find((code) => code === reason);
  if (fault !== undefined) throw refuse(fault);
}
