// The refusals of payments. The SDL description of a mutation names the codes with which it can refuse.
import { defineRefusals } from '../../platform/values/refusal.ts';

export const refusals = {
  PAYMENT_DECLINED: 'The card was declined. Use another card.',
  PAYMENT_TOKEN_INVALID:
    'The payment provider does not know this payment token. Ask the provider for a new one.',
  PAYMENT_TOKEN_MISSING: 'There is no earlier payment to continue, and a new payment needs a token.',
  PAYMENT_VOIDED: 'The payment of this purchase was voided. It cannot be created again.',
  PAYMENT_CONFLICT:
    'This purchase already has a different payment, or this payment belongs to another purchase.',
  PAYMENT_NOT_FOUND: 'There is no payment with this id.',
  PAYMENT_NOT_CAPTURABLE: 'The payment was never authorised, so it has no amount that could be captured.',
  PAYMENT_HOLD_GONE:
    'The amount is no longer held: the hold was voided or has lapsed, or its capture was taken back. The payment can never be captured.',
  PAYMENT_ALREADY_CAPTURED: 'The payment is already captured. It can only be refunded.',
  PAYMENT_NOT_REFUNDABLE: 'The payment has no captured amount that could be refunded.',
  REFUND_TOO_LARGE:
    'The amount is more than what can still be refunded. Ask for at most the amount in `left`.',
  IDEMPOTENCY_KEY_INVALID: 'An idempotency key must have 1 to 200 printable ASCII characters.',
  REFUND_CONFLICT: 'This idempotency key belongs to a refund of another amount. Choose a new key.',
} as const;

export const refuse = defineRefusals(refusals);
