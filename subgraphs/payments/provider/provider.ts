// The payment provider as payments needs it: any provider that can be asked by our own reference fits behind this.
// Every call may be lost on the way there or back, so every call may be repeated: the reference makes it one.
import { ExponentialBackoff, handleType, retry } from 'cockatiel';
import type { PaymentId, RefundId } from '../../../platform/values/ids.ts';
import type { Money } from '../../../platform/values/money.ts';

/** An authorisation as the provider has it now. Refunds do not change its status there. */
export interface Charge {
  /** The provider's own id. */
  id: string;
  status: 'AUTHORIZED' | 'DECLINED' | 'CAPTURED' | 'VOIDED';
}

/** A charge with its amounts, as the provider's books have it. */
export interface BookedCharge extends Charge {
  /** Ours: the payment's id. */
  reference: string;
  /** Null for a reference that was voided before any charge came. */
  amount: Money | null;
  /** Sum of the refunds; null where there is no amount. */
  refunded: Money | null;
}

export interface Authorization {
  /** The payment's id: at the provider the key that makes a repeat the same charge. */
  reference: PaymentId;
  amount: Money;
  token: string;
}

export interface ProviderRefund {
  /** The payment's id. */
  reference: PaymentId;
  /** The refund's id: the key that makes a repeat the same refund. */
  refundReference: RefundId;
  amount: Money;
}

/** All calls throw ProviderFault when the provider does not answer, or answers nothing that can be used. */
export interface PaymentProvider {
  /** Holds an amount; for a reference it knows, answers the charge as it is. Refuses PAYMENT_TOKEN_INVALID. */
  authorize: (authorization: Authorization, signal: AbortSignal) => Promise<Charge>;
  /** The charge with this reference; null when the provider has none. */
  find: (reference: PaymentId, signal: AbortSignal) => Promise<Charge | null>;
  /** A page of its books, by reference: the next `limit` charges after one; fewer when these are the last. */
  list: (after: string | null, limit: number, signal: AbortSignal) => Promise<readonly BookedCharge[]>;
  /** Takes the held amount. Answers the charge as it is then: CAPTURED, or what forbade it. */
  capture: (reference: PaymentId, signal: AbortSignal) => Promise<Charge>;
  /**
   * Lets go of the held amount. Answers the charge as it is then: VOIDED, or what forbade it. A reference the provider
   * does not know is VOIDED too, so that an authorisation still on its way finds that and holds nothing.
   */
  void: (reference: PaymentId, signal: AbortSignal) => Promise<Charge>;
  /** Gives back a part of a captured charge. REFUSED is definitive: nothing was and nothing will be given back. */
  refund: (refund: ProviderRefund, signal: AbortSignal) => Promise<'REFUNDED' | 'REFUSED'>;
}

/** Nobody knows whether the provider did it. The message names neither address, key nor token. */
export class ProviderFault extends Error {
  override name = 'ProviderFault';
}

/**
 * Repeats a call after a ProviderFault: three times at most, and all within the patience. `isRepeat` tells the call that
 * an earlier one may have been carried out. Throws the last ProviderFault.
 */
export type Insist = <Result>(
  signal: AbortSignal,
  call: (signal: AbortSignal, isRepeat: boolean) => Promise<Result>,
) => Promise<Result>;

/** `timeoutMs` is that of one call: the patience is room for one that is lost and two that are answered. */
export function insistence(timeoutMs: number): Insist {
  const policy = retry(handleType(ProviderFault), {
    maxAttempts: 2,
    backoff: new ExponentialBackoff({ initialDelay: 50, maxDelay: 500 }),
  });
  return (signal, call) =>
    policy.execute(
      (attempt) => call(attempt.signal, attempt.attempt > 0),
      AbortSignal.any([signal, AbortSignal.timeout(2 * timeoutMs)]),
    );
}
