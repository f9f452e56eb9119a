// The refusals of purchases. The SDL description of a mutation names the codes with which it can refuse.
import { defineRefusals } from '../../platform/values/refusal.ts';

export const refusals = {
  NO_LINES: 'A purchase must have at least one line.',
  TOO_MANY_LINES: 'A purchase must have at most 100 lines.',
  QUANTITY_INVALID: 'A quantity must be a whole number from 1 to 1000.',
  DUPLICATE_PRODUCT: 'A product must occur in one line only. Add its quantities up.',
  IDEMPOTENCY_KEY_INVALID: 'An idempotency key must have 1 to 200 printable ASCII characters.',
  IDEMPOTENCY_KEY_REUSED: 'This idempotency key belongs to another purchase. Choose a new key.',
  PAYMENT_TOKEN_INVALID: 'This is not a payment token. It must have 1 to 200 printable ASCII characters.',
  PRODUCT_NOT_FOUND: 'A product of this purchase does not exist.',
  PRODUCT_DISCONTINUED: 'A product of this purchase is no longer sold.',
  MIXED_CURRENCIES: 'All lines of a purchase must be priced in the same currency.',
  UNAVAILABLE: 'No purchase can be started here for a moment. Nothing happened: send the same request again.',
  AMOUNT_TOO_LARGE: 'The total has more than 12 digits before the point. Buy fewer units.',
} as const;

export const refuse = defineRefusals(refusals);
