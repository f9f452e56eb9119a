// The mutation `purchase`: writes the intent down once per idempotency key, then lets the engine drive it to its end.
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
import { type refusals, refuse } from './errors.ts';
import type { Own } from './own.ts';
import {
  type PurchaseRow,
  purchaseByKey,
  purchaseIdempotencyKey,
  purchaseTableRow,
  readPurchase,
} from './purchase.ts';
import { checkInput, hashOf, type PurchaseInput, type UncheckedPurchaseInput } from './purchase-input.ts';
import type { PurchaseLineRow } from './purchase-line.ts';
import { type CancelReason, hasEnded } from './purchase-status.ts';

/** How often a request that waits for another one's run looks at the row, in milliseconds. */
const lookMs = 50;

/** Refusals: those of checkInput, IDEMPOTENCY_KEY_REUSED, and the ones in `inputFaults`. */
export async function makePurchase(
  ctx: RequestContext<Own>,
  viewer: AccountViewer,
  input: UncheckedPurchaseInput,
): Promise<PurchaseRow> {
  checkInput(input);
  const purchase = await findOrInsert(ctx, viewer.accountId, input);
  const outcome = hasEnded(purchase.status) ? purchase : await untilEnded(ctx, purchase, input.paymentToken);
  refuseInputFault(outcome.cancel_reason);
  return outcome;
}

/** The purchase when it has ended, or as it stands when this server has waited long enough: it goes on without us. */
async function untilEnded(
  ctx: RequestContext<Own>,
  purchase: PurchaseRow,
  token: string,
): Promise<PurchaseRow> {
  const deadline = performance.now() + ctx.own.waitMs;
  const { engine } = ctx.own;
  // The run belongs to the engine, not to this request: a client that goes away ends neither.
  const ended = await Promise.race([
    engine.drive(ctx, purchase, token),
    sleep(ctx.own.waitMs, undefined, { ref: false }),
  ]);
  if (ended !== undefined) return ended;
  for (;;) {
    const current = await readPurchase(ctx, purchase.id);
    // An engine with owners has put the row down when it has none; another engine never writes one.
    const isPutDown = engine.owner !== null && current.owner === null;
    if (hasEnded(current.status) || isPutDown || performance.now() >= deadline) return current;
    await sleep(lookMs);
  }
}

export const insertPurchaseStatement = statement({
  text: `WITH inserted AS (
       INSERT INTO purchases.purchase (id, account_id, payment_id, idempotency_key, request_hash, status, owner)
       VALUES ($1, $2, $3, $4, $5, 'STARTED', $6)
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

/** The purchase of this key: new, or the one an earlier request wrote. Refuses IDEMPOTENCY_KEY_REUSED. */
async function findOrInsert(
  ctx: RequestContext<Own>,
  accountId: AccountId,
  input: PurchaseInput,
): Promise<PurchaseRow> {
  const hash = hashOf(input);
  // The unique constraint decides which of two parallel requests is first; the other one inserts nothing.
  const [inserted] = await insertPurchaseStatement.run(ctx.db, [
    newPurchaseId(),
    accountId,
    newPaymentId(),
    input.idempotencyKey,
    hash,
    ctx.own.engine.owner,
    input.lines.map(({ productId }) => productId),
    input.lines.map(({ quantity }) => quantity),
  ]);
  if (inserted !== undefined) return { ...inserted, lines: newLines(input) };
  const purchase = await purchaseByKey(ctx, accountId, input.idempotencyKey);
  if (purchase === null) throw new Error('a purchase that was just written is gone');
  if (!hash.equals(purchase.request_hash)) throw refuse('IDEMPOTENCY_KEY_REUSED');
  return purchase;
}

/** The lines as they were just written: a statement does not see its own inserts, and another would cost a round trip. */
function newLines({ lines }: PurchaseInput): PurchaseLineRow[] {
  return lines.map(({ productId, quantity }) => ({
    product_id: canonicalId(productId),
    quantity,
    name: null,
    unit_price: null,
    currency: null,
  }));
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
