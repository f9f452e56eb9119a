// What payments refuses. Each code stands in the SDL description of the mutation that answers it.
import { defineRefusals } from '../../platform/values/refusal.ts';

export const refusals = {
  PAYMENT_DECLINED: 'The card was declined.',
  PAYMENT_TOKEN_INVALID: 'The payment provider does not know this payment token.',
  PAYMENT_TOKEN_MISSING: 'No earlier attempt came to anything, and there is no token to start a new one.',
  PAYMENT_VOIDED: 'The payment of this purchase was voided.',
  PAYMENT_CONFLICT: 'This purchase has another payment, or this payment another purchase.',
  PAYMENT_NOT_FOUND: 'There is no such payment.',
  PAYMENT_NOT_CAPTURABLE: 'Nothing is held that could be captured.',
  PAYMENT_ALREADY_CAPTURED: 'The payment was captured already; it can only be refunded.',
  PAYMENT_NOT_REFUNDABLE: 'Nothing was captured, or nothing is left, that could be refunded.',
  REFUND_TOO_LARGE: 'This is more than what is left of the payment.',
  REFUND_CONFLICT: 'This idempotency key stands for a refund of another amount.',
} as const;

export const refuse = defineRefusals(refusals);
