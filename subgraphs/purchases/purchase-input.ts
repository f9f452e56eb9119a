// What a client may ask to buy: checked whole before anything happens, and hashed to recognise a repeat.
import { createHash } from 'node:crypto';
import {
  type IdempotencyKey,
  isProductId,
  type ProductId,
  type Unparsed,
} from '../../platform/values/ids.ts';
import { refuse } from './errors.ts';

/** As a client sends it. */
export interface UncheckedPurchaseInput {
  lines: readonly { productId: Unparsed<ProductId>; quantity: number }[];
  paymentToken: string;
  idempotencyKey: Unparsed<IdempotencyKey>;
}

/** What checkInput has let through; the product ids are in the client's letter case. */
export interface PurchaseInput extends UncheckedPurchaseInput {
  lines: readonly { productId: ProductId; quantity: number }[];
  idempotencyKey: IdempotencyKey;
}

const maximumLines = 100;
const maximumQuantity = 1000;
const printable = /^[\x20-\x7e]{1,200}$/;

/**
 * Refusals: NO_LINES, TOO_MANY_LINES, QUANTITY_INVALID, DUPLICATE_PRODUCT, PRODUCT_NOT_FOUND (an id that is none),
 * PAYMENT_TOKEN_INVALID, IDEMPOTENCY_KEY_INVALID.
 */
export function checkInput(input: UncheckedPurchaseInput): asserts input is PurchaseInput {
  const { lines, paymentToken, idempotencyKey } = input;
  if (lines.length === 0) throw refuse('NO_LINES');
  if (lines.length > maximumLines) throw refuse('TOO_MANY_LINES');
  const seen = new Set<string>();
  for (const { productId, quantity } of lines) {
    if (!isProductId(productId)) throw refuse('PRODUCT_NOT_FOUND', { productId });
    if (quantity < 1 || quantity > maximumQuantity) throw refuse('QUANTITY_INVALID', { productId });
    if (seen.has(productId.toLowerCase())) throw refuse('DUPLICATE_PRODUCT', { productId });
    seen.add(productId.toLowerCase());
  }
  if (!printable.test(paymentToken)) throw refuse('PAYMENT_TOKEN_INVALID');
  if (!printable.test(idempotencyKey)) throw refuse('IDEMPOTENCY_KEY_INVALID');
}

/** SHA-256 over everything but the key; lines in their order, since the answer shows them so. */
export function hashOf({ lines, paymentToken }: PurchaseInput): Buffer {
  const canonical = JSON.stringify([
    lines.map(({ productId, quantity }) => [productId, quantity]),
    paymentToken,
  ]);
  return createHash('sha256').update(canonical).digest();
}
