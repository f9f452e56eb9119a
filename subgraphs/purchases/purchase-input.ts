// The input of the mutation `purchase`: checked completely before the purchase is recorded, and hashed to recognise a repeat, which
// may have its lines in another order and its ids in another letter case.
import { createHash } from 'node:crypto';
import {
  canonicalId,
  type IdempotencyKey,
  isIdempotencyKey,
  isProductId,
  type ProductId,
  type Unparsed,
} from '../../platform/values/ids.ts';
import { parseInput, parseItems, parseParts } from '../../platform/values/input.ts';
import { refuse } from './errors.ts';
import type { LineOfPurchase } from './purchase-line.ts';

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
const tokenPattern = /^[\x20-\x7e]{1,200}$/;

/**
 * Refusals: NO_LINES, TOO_MANY_LINES, QUANTITY_INVALID, DUPLICATE_PRODUCT, PRODUCT_NOT_FOUND (an id that is none),
 * PAYMENT_TOKEN_INVALID, IDEMPOTENCY_KEY_INVALID.
 */
export function checkInput(input: UncheckedPurchaseInput): asserts input is PurchaseInput {
  parseInput({
    lines: () => checkLines(input.lines),
    paymentToken: () => {
      if (!tokenPattern.test(input.paymentToken)) throw refuse('PAYMENT_TOKEN_INVALID');
    },
    idempotencyKey: () => {
      if (!isIdempotencyKey(input.idempotencyKey)) throw refuse('IDEMPOTENCY_KEY_INVALID');
    },
  });
}

function checkLines(lines: UncheckedPurchaseInput['lines']): void {
  if (lines.length === 0) throw refuse('NO_LINES');
  if (lines.length > maxLines) throw refuse('TOO_MANY_LINES');
  const productIds = new Set<string>();
  parseItems(lines, ({ productId, quantity }) => {
    parseParts({
      productId: () => {
        if (!isProductId(productId)) throw refuse('PRODUCT_NOT_FOUND', { productId });
        if (productIds.has(productId.toLowerCase())) throw refuse('DUPLICATE_PRODUCT', { productId });
        productIds.add(productId.toLowerCase());
      },
      quantity: () => {
        if (quantity < 1 || quantity > maxQuantity) throw refuse('QUANTITY_INVALID', { productId });
      },
    });
  });
}

type Lines = PurchaseInput['lines'];

/**
 * SHA-256 over the lines and the payment token. It is recorded with the purchase, because no database stores the token. The order
 * of the lines counts here: a repeat in another order is hashed in the order of the recorded lines.
 */
export function hashInput({ lines, paymentToken }: PurchaseInput): Buffer {
  return hashLines(
    lines.map(({ productId, quantity }) => ({ productId: canonicalId(productId), quantity })),
    paymentToken,
  );
}

/** True when the input means the purchase that was recorded: the same products, quantities and payment token. */
export function isRepeat(
  recorded: { lines: readonly LineOfPurchase[]; request_hash: Buffer },
  { lines, paymentToken }: PurchaseInput,
): boolean {
  const quantities = new Map(recorded.lines.map(({ product_id, quantity }) => [product_id, quantity]));
  const hasSameLines =
    lines.length === quantities.size &&
    lines.every(({ productId, quantity }) => quantities.get(canonicalId(productId)) === quantity);
  if (!hasSameLines) return false;
  const recordedLines = recorded.lines.map(({ product_id: productId, quantity }) => ({
    productId,
    quantity,
  }));
  // Version 0.1.0 hashed the ids in the letter case of the client, who sends them again as they were.
  return [recordedLines, lines].some((candidate) =>
    hashLines(candidate, paymentToken).equals(recorded.request_hash),
  );
}

function hashLines(lines: Lines, paymentToken: string): Buffer {
  const text = JSON.stringify([lines.map(({ productId, quantity }) => [productId, quantity]), paymentToken]);
  return createHash('sha256').update(text).digest();
}
