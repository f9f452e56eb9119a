// The input of the mutation `purchase`: checked completely before the purchase is recorded, and hashed to recognise a repeat.
import { createHash } from 'node:crypto';
import {
  type IdempotencyKey,
  isProductId,
  type ProductId,
  type Unparsed,
} from '../../platform/values/ids.ts';
import { refuse } from './errors.ts';

/** The input as a client sends it, with unchecked ids. */
export interface UncheckedPurchaseInput {
  lines: readonly { productId: Unparsed<ProductId>; quantity: number }[];
  paymentToken: string;
  idempotencyKey: Unparsed<IdempotencyKey>;
}

/** The input after checkInput. The product ids are still in the letter case of the client. */
export interface PurchaseInput extends UncheckedPurchaseInput {
  lines: readonly { productId: ProductId; quantity: number }[];
  idempotencyKey: IdempotencyKey;
}

const maxLines = 100;
const maxQuantity = 1000;
const printablePattern = /^[\x20-\x7e]{1,200}$/;

/**
 * Refusals: NO_LINES, TOO_MANY_LINES, QUANTITY_INVALID, DUPLICATE_PRODUCT, PRODUCT_NOT_FOUND (an id that is none),
 * PAYMENT_TOKEN_INVALID, IDEMPOTENCY_KEY_INVALID.
 */
export function checkInput(input: UncheckedPurchaseInput): asserts input is PurchaseInput {
  const { lines, paymentToken, idempotencyKey } = input;
  if (lines.length === 0) throw refuse('NO_LINES');
  if (lines.length > maxLines) throw refuse('TOO_MANY_LINES');
  const productIds = new Set<string>();
  for (const { productId, quantity } of lines) {
    if (!isProductId(productId)) throw refuse('PRODUCT_NOT_FOUND', { productId });
    if (quantity < 1 || quantity > maxQuantity) throw refuse('QUANTITY_INVALID', { productId });
    if (productIds.has(productId.toLowerCase())) throw refuse('DUPLICATE_PRODUCT', { productId });
    productIds.add(productId.toLowerCase());
  }
  if (!printablePattern.test(paymentToken)) throw refuse('PAYMENT_TOKEN_INVALID');
  if (!printablePattern.test(idempotencyKey)) throw refuse('IDEMPOTENCY_KEY_INVALID');
}

/** SHA-256 over all of the input except the key. The order of the lines counts, because the purchase shows them in that order. */
export function hashInput({ lines, paymentToken }: PurchaseInput): Buffer {
  const canonical = JSON.stringify([
    lines.map(({ productId, quantity }) => [productId, quantity]),
    paymentToken,
  ]);
  return createHash('sha256').update(canonical).digest();
}
