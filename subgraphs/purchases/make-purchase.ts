// The mutation `purchase`: records the purchase once for each idempotency key, then lets the engine run it to its end.
import { setTimeout as sleep } from 'node:timers/promises';
import { array, bytea, integer, nullable, text, uuid } from '../../platform/database/column.ts';
import { statement } from '../../platform/database/statement.ts';
import type { AccountViewer } from '../../platform/identity/viewer.ts';
import type { RequestContext } from '../../platform/subgraph/context.ts';
import {
  type AccountId,
  canonicalId,
  type IdempotencyKey,
  newPaymentId,
  newPurchaseId,
  type PaymentId,
  type ProductId,
  type PurchaseId,
} from '../../platform/values/ids.ts';
import { findDiscontinued } from './discontinued-products/discontinued-product.ts';
import { type refusals, refuse } from './errors.ts';
import type { Own } from './own.ts';
import {
  type PurchaseRow,
  purchaseByKey,
  purchaseIdempotencyKey,
  purchaseTableRow,
  readPurchase,
} from './purchase.ts';
import {
  checkInput,
  hashInput,
  isRepeat,
  type PurchaseInput,
  type UncheckedPurchaseInput,
} from './purchase-input.ts';
import type { LineOfPurchase } from './purchase-line.ts';
import { type CancelReason, hasEnded } from './purchase-status.ts';

/** How long a request still waits when the process was asked to end, in milliseconds. Another instance continues the purchase. */
const maxWaitAtEndMs = 1_500;

/** The pause between two reads of the row, for a request that waits for the run of another one, in milliseconds. */
const pollMs = 50;

/** Refusals: those of checkInput, UNAVAILABLE, IDEMPOTENCY_KEY_REUSED, and the ones in `inputFaults`. */
export async function makePurchase(
  ctx: RequestContext<Own>,
  viewer: AccountViewer,
  input: UncheckedPurchaseInput,
): Promise<PurchaseRow> {
  checkInput(input);
  if (!ctx.own.engine.canStart()) return answerRepeat(ctx, viewer.accountId, input);
  const purchase = await findOrInsert(ctx, viewer.accountId, input);
  const outcome = hasEnded(purchase.status) ? purchase : await waitForEnd(ctx, purchase, input.paymentToken);
  refuseInputFault(outcome.cancel_reason);
  return outcome;
}

/** Waits until the purchase has ended, or for `waitMs`. Then it returns the purchase as it is, which continues in the engine. */
async function waitForEnd(
  ctx: RequestContext<Own>,
  purchase: PurchaseRow,
  token: string,
): Promise<PurchaseRow> {
  const { engine, waitMs } = ctx.own;
  const wait = startWait(waitMs, ctx.endSignal);
  try {
    // The run belongs to the engine and not to this request. It continues when the client disconnects.
    const ended = await Promise.race([engine.drive(ctx, purchase, token), wait.over]);
    return ended ?? (await pollUntilEnd(ctx, purchase, wait));
  } finally {
    wait.clear();
  }
}

interface Wait {
  /** Resolves when the request has waited long enough. */
  over: Promise<undefined>;
  isOver: () => boolean;
  clear: () => void;
}

/** Lasts for `waitMs`, or for a moment longer once the process is to end: a client should get an answer from it. */
function startWait(waitMs: number, endSignal: AbortSignal): Wait {
  const { promise: over, resolve } = Promise.withResolvers<undefined>();
  let isOver = false;
  const end = () => {
    isOver = true;
    resolve(undefined);
  };
  const timers = [setTimeout(end, waitMs).unref()];
  const endSoon = () => void timers.push(setTimeout(end, Math.min(waitMs, maxWaitAtEndMs)).unref());
  if (endSignal.aborted) endSoon();
  else endSignal.addEventListener('abort', endSoon, { once: true });
  return {
    over,
    isOver: () => isOver,
    clear: () => {
      for (const timer of timers) clearTimeout(timer);
      endSignal.removeEventListener('abort', endSoon);
    },
  };
}

/** Reads the row until the run of another request, or of another instance, has ended the purchase. */
async function pollUntilEnd(
  ctx: RequestContext<Own>,
  purchase: PurchaseRow,
  { isOver }: Wait,
): Promise<PurchaseRow> {
  const { engine } = ctx.own;
  for (;;) {
    const current = await readPurchase(ctx, purchase.id);
    // In an engine with owners, a row without an owner was released for now. An engine without owners never writes one.
    const isReleased = engine.owner !== null && current.owner === null;
    if (hasEnded(current.status) || isReleased || isOver()) return current;
    await sleep(pollMs);
  }
}

export const insertPurchaseStatement = statement({
  text: `WITH inserted AS (
       INSERT INTO purchases.purchase (id, account_id, payment_id, idempotency_key, request_hash, status, owner)
       SELECT $1::uuid, $2::uuid, $3::uuid, $4::text, $5::bytea, 'STARTED', $6::integer
       WHERE NOT EXISTS (SELECT FROM purchases.discontinued_product WHERE product_id = ANY ($7::uuid[]))
       ON CONFLICT ON CONSTRAINT ${purchaseIdempotencyKey} DO NOTHING RETURNING *
     ), lines AS (
       INSERT INTO purchases.purchase_line (purchase_id, position, product_id, quantity)
       SELECT inserted.id, line.position, line.product_id, line.quantity
       FROM inserted, unnest($7::uuid[], $8::int[]) WITH ORDINALITY AS line (product_id, quantity, position)
     )
     SELECT * FROM inserted`,
  params: [
    uuid<PurchaseId>(),
    uuid<AccountId>(),
    uuid<PaymentId>(),
    text<IdempotencyKey>(),
    bytea(),
    nullable(integer()),
    array(uuid<ProductId>()),
    array(integer()),
  ],
  row: purchaseTableRow,
});

/**
 * Inserts the purchase of this key, or reads the one that an earlier request wrote. Refusals: PRODUCT_DISCONTINUED, for a product of which
 * purchases has learnt that, and IDEMPOTENCY_KEY_REUSED.
 */
async function findOrInsert(
  ctx: RequestContext<Own>,
  accountId: AccountId,
  input: PurchaseInput,
): Promise<PurchaseRow> {
  // The unique constraint decides which of two parallel requests inserts the row. The other one inserts nothing.
  const [inserted] = await insertPurchaseStatement.run(ctx.db, [
    newPurchaseId(),
    accountId,
    newPaymentId(),
    input.idempotencyKey,
    hashInput(input),
    ctx.own.engine.owner,
    input.lines.map(({ productId }) => productId),
    input.lines.map(({ quantity }) => quantity),
  ]);
  if (inserted !== undefined) return { ...inserted, lines: buildNewLines(input) };
  const purchase = await purchaseByKey(ctx, accountId, input.idempotencyKey);
  if (purchase === null) {
    const ids = input.lines.map(({ productId }) => canonicalId(productId));
    const [productId] = await findDiscontinued(ctx, ids);
    if (productId !== undefined) throw refuse('PRODUCT_DISCONTINUED', { productId });
    throw new Error('a purchase that was just written is gone');
  }
  if (!isRepeat(purchase, input)) throw refuse('IDEMPOTENCY_KEY_REUSED');
  return purchase;
}

/** Answers a repeat with the purchase as it is. A request that would start a purchase is refused, before anything happens. */
async function answerRepeat(
  ctx: RequestContext<Own>,
  accountId: AccountId,
  input: PurchaseInput,
): Promise<PurchaseRow> {
  const purchase = await purchaseByKey(ctx, accountId, input.idempotencyKey);
  if (purchase === null) throw refuse('UNAVAILABLE');
  if (!isRepeat(purchase, input)) throw refuse('IDEMPOTENCY_KEY_REUSED');
  refuseInputFault(purchase.cancel_reason);
  return purchase;
}

/** Builds the lines that were just written: a statement cannot read its own inserts, and another one would cost a round trip. */
function buildNewLines({ lines }: PurchaseInput): LineOfPurchase[] {
  return lines.map(({ productId, quantity }, index) => ({
    position: index + 1,
    product_id: canonicalId(productId),
    quantity,
    name: null,
    unit_price: null,
    currency: null,
  }));
}

/** Cancel reasons that the input causes and that products finds. The client gets them as refusals, also for each repeat. */
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
