// One payment as one side has it, our tables or the provider's books, in a form in which both can be compared and summed.
// Amounts are thousandths, as numeric(15,3) has them: what is no whole cent must not disappear before it is compared.
import { fromNumeric } from '../../platform/values/money.ts';
import { isTombstone } from './payment.ts';
import type { PaymentStatus } from './payment-status.ts';
import type { BookedPayment } from './posting.ts';
import type { BookedCharge } from './provider/provider.ts';

export interface LedgerEntry {
  status: PaymentStatus;
  /** Null, as the amount, where nothing was ever asked for. */
  currency: string | null;
  amount: bigint | null;
  captured: bigint;
  refunded: bigint;
  /** How many postings stand behind it; none at the provider. */
  postings: number;
}

/** The entry of either side. */
export const ledgerEntryOf = {
  payment: (row: BookedPayment): LedgerEntry => ({
    status: row.status,
    currency: isTombstone(row) ? null : row.currency,
    amount: isTombstone(row) ? null : thousandths(row.amount),
    captured: thousandths(row.captured),
    refunded: thousandths(row.posted_refunds),
    postings: row.postings,
  }),
  charge: ({ status, amount, refunded: givenBack }: BookedCharge): LedgerEntry => {
    const asked = amount === null ? null : thousandths(amount.amount);
    const captured = status === 'CAPTURED' ? (asked ?? 0n) : 0n;
    const refunded = givenBack === null ? 0n : thousandths(givenBack.amount);
    return {
      status: status === 'CAPTURED' ? afterRefunds(captured, refunded) : status,
      currency: amount?.currency ?? null,
      amount: asked,
      captured,
      refunded,
      postings: 0,
    };
  },
};

function afterRefunds(captured: bigint, refunded: bigint): PaymentStatus {
  if (refunded === 0n) return 'CAPTURED';
  return refunded === captured ? 'REFUNDED' : 'PARTIALLY_REFUNDED';
}

/** True when both say the same of a payment. */
export function entriesAgree(ours: LedgerEntry | null, provider: LedgerEntry | null): boolean {
  if (ours === null) return false;
  const isMoneyEqual =
    ours.captured === (provider?.captured ?? 0n) && ours.refunded === (provider?.refunded ?? 0n);
  // The provider need not know what it was not asked for yet, or never will be.
  if (provider === null) return isMoneyEqual && (ours.status === 'PENDING' || ours.amount === null);
  const wasNeverCharged = provider.amount === null && provider.status === 'VOIDED';
  const isSameAmount = ours.amount === provider.amount && ours.currency === provider.currency;
  return isMoneyEqual && ours.status === provider.status && (isSameAmount || wasNeverCharged);
}

export interface CurrencyTotal {
  currency: string;
  captured: string;
  refunded: string;
  postings: number;
  provider: string;
  difference: string;
}

/** Sums both sides by currency. */
export function currencyTotals(): {
  add: (ours: LedgerEntry | null, provider: LedgerEntry | null) => void;
  list: () => CurrencyTotal[];
} {
  const sums = new Map<string, { captured: bigint; refunded: bigint; postings: number; provider: bigint }>();
  const sumOf = (currency: string) => {
    const sum = sums.get(currency) ?? { captured: 0n, refunded: 0n, postings: 0, provider: 0n };
    sums.set(currency, sum);
    return sum;
  };
  return {
    add: (ours, provider) => {
      if (ours !== null && ours.currency !== null) {
        const sum = sumOf(ours.currency);
        sum.captured += ours.captured;
        sum.refunded += ours.refunded;
        sum.postings += ours.postings;
      }
      if (provider !== null && provider.currency !== null)
        sumOf(provider.currency).provider += provider.captured - provider.refunded;
    },
    list: () =>
      [...sums].sort().map(([currency, { captured, refunded, postings, provider }]) => ({
        currency,
        captured: decimal(captured, currency),
        refunded: decimal(refunded, currency),
        postings,
        provider: decimal(provider, currency),
        difference: decimal(captured - refunded - provider, currency),
      })),
  };
}

/** Exact decimal text in the digits of the currency. */
export function decimal(value: bigint, currency: string): string {
  const digits = (value < 0n ? -value : value).toString().padStart(4, '0');
  const { amount } = fromNumeric(`${digits.slice(0, -3)}.${digits.slice(-3)}`, currency);
  return value < 0n ? `-${amount}` : amount;
}

function thousandths(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(3, '0').slice(0, 3));
}
