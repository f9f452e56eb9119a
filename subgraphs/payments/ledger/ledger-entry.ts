// A ledger entry: one payment as the payment table or the provider's books have it, in a form in which both can be compared and summed.
// Amounts are in thousandths, like numeric(15,3), so that a fraction of a cent is not rounded away before the comparison.
import { fromNumeric } from '../../../platform/values/money.ts';
import type { DisputeStatus } from '../dispute-status.ts';
import { isTombstone } from '../payment.ts';
import type { PaymentStatus } from '../payment-status.ts';
import type { BookedCharge } from '../provider/provider.ts';
import type { BookedPayment } from './booked-payment.ts';

export interface LedgerEntry {
  status: PaymentStatus;
  /** Currency and amount are null when no amount was ever requested. */
  currency: string | null;
  amount: bigint | null;
  captured: bigint;
  refunded: bigint;
  /** What of the captured amount was taken back by the provider. */
  reversed: bigint;
  /** What disputes have taken back that are open. */
  disputed: bigint;
  /** What disputes have taken back that are lost. */
  lost: bigint;
  /** The number of postings of the payment. The provider has none. */
  postings: number;
}

/** Converts a payment with its postings, or a charge of the provider, to an entry. */
export const toLedgerEntry = {
  payment: (row: BookedPayment): LedgerEntry => ({
    status: row.status,
    currency: isTombstone(row) ? null : row.currency,
    amount: isTombstone(row) ? null : parseThousandths(row.amount),
    captured: parseThousandths(row.captured),
    refunded: parseThousandths(row.posted_refunds),
    reversed: parseThousandths(row.reversed),
    disputed: parseThousandths(row.funds_in_dispute),
    lost: parseThousandths(row.losses),
    postings: row.postings,
  }),
  charge: ({ status, amount, refunded: refundedMoney, disputes }: BookedCharge): LedgerEntry => {
    const wanted = amount === null ? null : parseThousandths(amount.amount);
    const captured = status === 'CAPTURED' || status === 'REVERSED' ? (wanted ?? 0n) : 0n;
    const refunded = refundedMoney === null ? 0n : parseThousandths(refundedMoney.amount);
    const [disputed, lost] = [sumDisputes(disputes, 'OPEN'), sumDisputes(disputes, 'LOST')];
    return {
      status: status === 'CAPTURED' ? getStatusAfterRefunds(captured, refunded) : status,
      currency: amount?.currency ?? null,
      amount: wanted,
      captured,
      refunded,
      reversed: status === 'REVERSED' ? captured - refunded - disputed - lost : 0n,
      disputed,
      lost,
      postings: 0,
    };
  },
};

function sumDisputes(disputes: BookedCharge['disputes'], wanted: DisputeStatus): bigint {
  return disputes
    .filter(({ status }) => status === wanted)
    .reduce((sum, { amount }) => sum + parseThousandths(amount), 0n);
}

function getStatusAfterRefunds(captured: bigint, refunded: bigint): PaymentStatus {
  if (refunded === 0n) return 'CAPTURED';
  return refunded === captured ? 'REFUNDED' : 'PARTIALLY_REFUNDED';
}

/** True when both sides agree about a payment. */
export function entriesAgree(payment: LedgerEntry | null, provider: LedgerEntry | null): boolean {
  if (payment === null) return false;
  const isMoneyEqual = amountNames.every((name) => payment[name] === (provider?.[name] ?? 0n));
  // The provider has no charge for a payment that it was not called for, or for a tombstone.
  if (provider === null) return isMoneyEqual && (payment.status === 'PENDING' || payment.amount === null);
  const wasNeverCharged = provider.amount === null && provider.status === 'VOIDED';
  const isSameAmount = payment.amount === provider.amount && payment.currency === provider.currency;
  return isMoneyEqual && payment.status === provider.status && (isSameAmount || wasNeverCharged);
}

/** The amounts of an entry that the postings add up to. */
const amountNames = ['captured', 'refunded', 'reversed', 'disputed', 'lost'] as const;
type Amounts = Record<(typeof amountNames)[number], bigint>;

/** What the provider owes for an entry: what was captured, and neither given back nor taken back. */
function getNet({ captured, refunded, reversed, disputed, lost }: Amounts): bigint {
  return captured - refunded - reversed - disputed - lost;
}

export interface CurrencyTotal extends Record<(typeof amountNames)[number], string> {
  currency: string;
  postings: number;
  provider: string;
  difference: string;
}

/** Collects the sums of both sides for each currency. */
export function createCurrencyTotals(): {
  add: (payment: LedgerEntry | null, provider: LedgerEntry | null) => void;
  list: () => CurrencyTotal[];
} {
  const sums = new Map<string, Amounts & { postings: number; provider: bigint }>();
  const getSum = (currency: string) => {
    const none = { captured: 0n, refunded: 0n, reversed: 0n, disputed: 0n, lost: 0n };
    const sum = sums.get(currency) ?? { ...none, postings: 0, provider: 0n };
    sums.set(currency, sum);
    return sum;
  };
  return {
    add: (payment, provider) => {
      if (payment !== null && payment.currency !== null) {
        const sum = getSum(payment.currency);
        for (const name of amountNames) sum[name] += payment[name];
        sum.postings += payment.postings;
      }
      if (provider !== null && provider.currency !== null)
        getSum(provider.currency).provider += getNet(provider);
    },
    list: () =>
      [...sums].sort().map(([currency, { postings, provider, ...amounts }]) => {
        const format = (value: bigint) => formatDecimal(value, currency);
        return {
          currency,
          captured: format(amounts.captured),
          refunded: format(amounts.refunded),
          reversed: format(amounts.reversed),
          disputed: format(amounts.disputed),
          lost: format(amounts.lost),
          postings,
          provider: format(provider),
          difference: format(getNet(amounts) - provider),
        };
      }),
  };
}

/** Formats thousandths as exact decimal text, with the digits of the currency. */
export function formatDecimal(value: bigint, currency: string): string {
  const digits = (value < 0n ? -value : value).toString().padStart(4, '0');
  const { amount } = fromNumeric(`${digits.slice(0, -3)}.${digits.slice(-3)}`, currency);
  return value < 0n ? `-${amount}` : amount;
}

function parseThousandths(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(3, '0').slice(0, 3));
}
