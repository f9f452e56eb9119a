// What purchases refuses. Each code stands in the SDL description of the mutation that answers it.
import { defineRefusals } from '../../platform/values/refusal.ts';

export const refusals = {
  NO_LINES: 'A purchase has at least one line.',
  TOO_MANY_LINES: 'A purchase has at most 100 lines.',
  QUANTITY_INVALID: 'A quantity is a whole number from 1 to 1000.',
  DUPLICATE_PRODUCT: 'A product stands in one line only; add up its quantity.',
  IDEMPOTENCY_KEY_INVALID: 'An idempotency key has 1 to 200 printable ASCII characters.',
  IDEMPOTENCY_KEY_REUSED: 'This idempotency key belongs to another purchase; choose a new one.',
  PAYMENT_TOKEN_INVALID: 'This is not a payment token.',
  PRODUCT_NOT_FOUND: 'A product of this purchase does not exist.',
  PRODUCT_DISCONTINUED: 'A product of this purchase is no longer sold.',
  MIXED_CURRENCIES: 'All lines of a purchase must be priced in one currency.',
  AMOUNT_TOO_LARGE: 'The total has more than 12 digits before the point.',
} as const;

export const refuse = defineRefusals(refusals);
