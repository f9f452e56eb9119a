// The calls of a purchase to payments: authorise, capture and void. They are GraphQL operations in the name of this service.

import { newTraceId } from '../../platform/calls/trace.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import type { PeerOperation } from '../../platform/subgraph/definition.ts';
import { PeerRefusal } from '../../platform/subgraph/peer.ts';
import type { AccountId, PaymentId, PurchaseId } from '../../platform/values/ids.ts';
import type { Money } from '../../platform/values/money.ts';
import type { PurchaseRow } from './purchase.ts';

export interface Payments {
  /** Refusals: PAYMENT_DECLINED, PAYMENT_TOKEN_INVALID, PAYMENT_TOKEN_MISSING, PAYMENT_VOIDED, PAYMENT_HOLD_GONE. */
  create: (purchase: PurchaseRow, amount: Money, token: string | null, signal: AbortSignal) => Promise<void>;
  /** Refusals: PAYMENT_HOLD_GONE (final: the amount was never captured). */
  capture: (purchase: PurchaseRow, signal: AbortSignal) => Promise<void>;
  /** "captured" means that the amount is already captured and cannot be voided. */
  void: (purchase: PurchaseRow, signal: AbortSignal) => Promise<'voided' | 'captured'>;
}

/** The ids by which payments finds a payment. */
interface PaymentKeys {
  id: PaymentId;
  purchaseId: PurchaseId;
  accountId: AccountId;
}

const createPayment =
  'mutation CreatePayment($input: CreatePaymentInput!) { createPayment(input: $input) { status } }';
const capturePayment =
  'mutation CapturePayment($purchaseId: ID!) { capturePayment(purchaseId: $purchaseId) { status } }';
const voidPayment = 'mutation VoidPayment($input: VoidPaymentInput!) { voidPayment(input: $input) }';

const sampleKeys = {
  id: '019b8d62-7a80-7000-8000-0000000000f1',
  purchaseId: '019b8d62-7a80-7000-8000-0000000000e1',
  accountId: '019b8d62-7a80-7000-8000-0000000000c1',
};

/** In the order in which one purchase may send them; the payment of another one is voided. */
export const paymentOperations: readonly PeerOperation[] = [
  {
    text: createPayment,
    sample: { input: { ...sampleKeys, amount: { amount: '25.00', currency: 'EUR' }, token: 'tok_approve' } },
  },
  { text: capturePayment, sample: { purchaseId: sampleKeys.purchaseId } },
  {
    text: voidPayment,
    sample: {
      input: {
        ...sampleKeys,
        id: '019b8d62-7a80-7000-8000-0000000000f2',
        purchaseId: '019b8d62-7a80-7000-8000-0000000000e2',
      },
    },
  },
];

export function bindPayments({ peer }: Pick<Context, 'peer'>, traceId = newTraceId()): Payments {
  return {
    create: async ({ id, payment_id, account_id }, amount, token, signal) => {
      const keys: PaymentKeys = { id: payment_id, purchaseId: id, accountId: account_id };
      const input = { ...keys, amount, token };
      await peer('payments', { query: createPayment, variables: { input } }, { signal, traceId });
    },
    capture: async ({ id }, signal) => {
      await peer('payments', { query: capturePayment, variables: { purchaseId: id } }, { signal, traceId });
    },
    void: async ({ id, payment_id, account_id }, signal) => {
      const input: PaymentKeys = { id: payment_id, purchaseId: id, accountId: account_id };
      try {
        await peer('payments', { query: voidPayment, variables: { input } }, { signal, traceId });
        return 'voided';
      } catch (cause) {
        if (cause instanceof PeerRefusal && cause.code === 'PAYMENT_ALREADY_CAPTURED') return 'captured';
        throw cause;
      }
    },
  };
}
