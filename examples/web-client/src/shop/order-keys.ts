// The idempotency key of each order whose outcome the page does not know. The same order has the same key until the graph says what
// became of it, so that a repeat finds the purchase and never makes a second one; another order has another key.
import type { PurchaseInput } from '../graph/__generated__/graphql.ts';
import type { Outcome, Refusal } from '../graph/refusal.ts';
import type { Bought } from './shown.ts';

export type Order = Pick<PurchaseInput, 'lines' | 'paymentToken'>;

export interface OrderKeys {
  keyOf: (order: Order) => string;
  /** Call this with each outcome. After a final one the same order is a new purchase, with a new key. */
  settle: (order: Order, outcome: Outcome<Bought>) => void;
}

/** In memory, because an order names the card. They outlive the form: closing it does not tell what became of the order. */
export function createOrderKeys(): OrderKeys {
  const keys = new Map<string, string>();
  return {
    keyOf(order) {
      const text = JSON.stringify(order);
      const key = keys.get(text) ?? crypto.randomUUID();
      keys.set(text, key);
      return key;
    },
    settle(order, outcome) {
      if (isFinal(outcome)) keys.delete(JSON.stringify(order));
    },
  };
}

/**
 * The refusals that a repeat with the same key gets again, so that a new try needs a new key. Every other one keeps the key: either the
 * graph used none, or nobody knows whether the purchase was made.
 */
const finalCodes: ReadonlySet<Refusal['code']> = new Set([
  'PRODUCT_NOT_FOUND',
  'PRODUCT_DISCONTINUED',
  'MIXED_CURRENCIES',
  'AMOUNT_TOO_LARGE',
  'IDEMPOTENCY_KEY_REUSED',
]);

function isFinal({ value, refusal }: Outcome<Bought>): boolean {
  if (refusal !== undefined) return finalCodes.has(refusal.code);
  return value.status === 'COMPLETED' || value.status === 'CANCELLED';
}

const codesWithoutOutcome: ReadonlySet<Refusal['code']> = new Set([
  'UNREACHABLE',
  'SUBGRAPH_UNAVAILABLE',
  'SUBGRAPH_ANSWER_INVALID',
  'INTERNAL_SERVER_ERROR',
]);

/** True when the purchase may have been made, or is still under way. */
export function isUnknown({ value, refusal }: Outcome<Bought>): boolean {
  return refusal === undefined ? !isFinal({ value }) : codesWithoutOutcome.has(refusal.code);
}
