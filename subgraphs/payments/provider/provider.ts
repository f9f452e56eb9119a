// The interface of a payment provider. Any provider that finds charges by the merchant's reference can implement it. A call or
// its response can be lost, so every call may be repeated: the reference makes repeats one charge.
import { ExponentialBackoff, handleType, retry } from 'cockatiel';
import type { PaymentId, RefundId } from '../../../platform/values/ids.ts';
import type { Money } from '../../../platform/values/money.ts';
import type { DisputeStatus } from '../dispute-status.ts';

/** A charge as the provider has it now. Refunds and disputes do not change its status at the provider. */
export interface Charge {
  /** The provider's own id. */
  id: string;
  /** EXPIRED: the hold has lapsed before it was captured. REVERSED: the capture was taken back, as if it had not been settled. */
  status: 'AUTHORIZED' | 'DECLINED' | 'CAPTURED' | 'VOIDED' | 'EXPIRED' | 'REVERSED';
  /** All refunds, whoever asked for them. A refund stays for ever. */
  refunds: readonly ChargeRefund[];
  /** All disputes, also those that are closed. */
  disputes: readonly ChargeDispute[];
}

export interface ChargeRefund {
  /** The id of our refund, or the provider's own name for a refund that we did not ask for. */
  reference: string;
  /** In the currency of the charge. */
  amount: string;
}

/** The buyer's bank disputes a charge. The provider takes the amount back from us at once, and returns it when we win. */
export interface ChargeDispute {
  /** The provider's own name for the dispute. */
  reference: string;
  /** It is OPEN first, and then WON or LOST for ever. */
  status: DisputeStatus;
  /** In the currency of the charge. */
  amount: string;
}

/** A charge with its amounts, as the provider's books have it. */
export interface BookedCharge extends Charge {
  /** The merchant's reference: the payment's id. */
  reference: string;
  /** Null for a reference that was voided before any charge came. */
  amount: Money | null;
  /** The sum of the refunds. Null when there is no amount. */
  refunded: Money | null;
}

export interface Authorization {
  /** The payment's id. The provider uses it as the key that makes a repeat the same charge. */
  reference: PaymentId;
  amount: Money;
  token: string;
}

export interface ProviderRefund {
  /** The payment's id. */
  reference: PaymentId;
  /** The refund's id. The provider uses it as the key that makes a repeat the same refund. */
  refundReference: RefundId;
  amount: Money;
}

/** All calls throw ProviderFault when the provider does not answer, or answers with an unexpected body. */
export interface PaymentProvider {
  /** Holds an amount. For a known reference, returns the charge as it is. Refuses PAYMENT_TOKEN_INVALID. */
  authorize: (authorization: Authorization, signal: AbortSignal) => Promise<Charge>;
  /** Returns the charge with this reference, or null when the provider has none. */
  find: (reference: PaymentId, signal: AbortSignal) => Promise<Charge | null>;
  /** Returns the next `limit` charges after a reference, in the order of the references. Fewer charges are the last ones. */
  list: (after: string | null, limit: number, signal: AbortSignal) => Promise<readonly BookedCharge[]>;
  /** Captures the held amount. Returns the charge as it is then: CAPTURED, or with the status that prevents it. */
  capture: (reference: PaymentId, signal: AbortSignal) => Promise<Charge>;
  /**
   * Releases the held amount. Returns the charge as it is then: VOIDED, or with the status that prevents it. An unknown reference
   * becomes VOIDED too, so that an authorisation that arrives later holds nothing.
   */
  void: (reference: PaymentId, signal: AbortSignal) => Promise<Charge>;
  /** Refunds a part of a captured charge. REFUSED is final: nothing was refunded, and nothing will be. */
  refund: (refund: ProviderRefund, signal: AbortSignal) => Promise<'REFUNDED' | 'REFUSED'>;
}

/** A call whose result is unknown: the provider may or may not have done it. The message contains no address, key or token. */
export class ProviderFault extends Error {
  override name = 'ProviderFault';
}

/**
 * Runs a call, and repeats it after a ProviderFault: at most three calls in all, within one time limit. `isRepeat` says that the
 * provider may have done an earlier call. Throws the last ProviderFault.
 */
export type CallProvider = <Result>(
  signal: AbortSignal,
  call: (signal: AbortSignal, isRepeat: boolean) => Promise<Result>,
) => Promise<Result>;

/** `timeoutMs` is the timeout of one call. All calls together may take twice as long: one may be lost, and two are answered. */
export function createCallProvider(timeoutMs: number): CallProvider {
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
