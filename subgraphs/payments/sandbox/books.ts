// The sandbox's books: every charge by the merchant's reference. A reference is one charge for ever; what is asked of it
// again is answered with the charge as it is. State is what replaying the journal gives: both go through `apply`.
import { fromMinorUnits, type Money, toMinorUnits } from '../../../platform/values/money.ts';
import { newId } from '../../../platform/values/uuid.ts';
import { type Entry, openJournal } from './journal.ts';

export interface BookedCharge {
  id: string;
  reference: string;
  status: 'AUTHORIZED' | 'DECLINED' | 'CAPTURED' | 'VOIDED';
  /** Null for a reference that was voided before any charge came. */
  amount: string | null;
  currency: string | null;
  /** Sum of the refunds; null where there is no amount. */
  refunded: string | null;
  refunds: { reference: string; amount: string }[];
}

/** Changes answer the charge as it is afterwards: the caller compares its status with what it asked for. */
export interface Books {
  find: (reference: string) => BookedCharge | undefined;
  list: () => BookedCharge[];
  /** The next charges after a reference, by reference. */
  page: (after: string, limit: number) => BookedCharge[];
  open: (reference: string, money: Money, event: 'authorized' | 'declined') => BookedCharge;
  capture: (charge: BookedCharge) => BookedCharge;
  /** Leaves a tombstone when there is no charge. */
  void: (reference: string) => BookedCharge;
  /** False when the charge is not captured, has not that much left, or the reference was refunded differently. */
  refund: (charge: BookedCharge, refund: { reference: string; money: Money }) => boolean;
  close: () => void;
}

/** Tells `onEntry` of each change, once it is written down. */
export function openBooks(folder: string | undefined, onEntry: (entry: Entry) => void = () => {}): Books {
  const journal = openJournal(folder);
  const charges = new Map<string, BookedCharge>();
  for (const entry of journal.past) apply(charges, entry);
  /** The journal first: when it cannot be written, nothing has happened. */
  const write = (entry: Entry): BookedCharge => {
    journal.append(entry);
    const charge = apply(charges, entry);
    onEntry(entry);
    return charge;
  };
  const now = () => new Date().toISOString();
  return {
    find: (reference) => charges.get(reference),
    list: () => [...charges.values()],
    page: (after, limit) =>
      [...charges.values()]
        .filter(({ reference }) => reference > after)
        .sort((one, other) => (one.reference < other.reference ? -1 : 1))
        .slice(0, limit),
    open: (reference, money, event) =>
      write({ event, at: now(), reference, id: `charge_${newId()}`, ...money }),
    capture: (charge) => {
      if (charge.status !== 'AUTHORIZED') return charge;
      return write({ event: 'captured', at: now(), reference: charge.reference });
    },
    void: (reference) => {
      const charge = charges.get(reference);
      if (charge !== undefined && charge.status !== 'AUTHORIZED') return charge;
      return write({ event: 'voided', at: now(), reference, id: charge?.id ?? `charge_${newId()}` });
    },
    refund: (charge, { reference, money }) => {
      const earlier = charge.refunds.find((refund) => refund.reference === reference);
      if (earlier !== undefined) return earlier.amount === money.amount && charge.currency === money.currency;
      if (charge.status !== 'CAPTURED' || charge.currency !== money.currency) return false;
      if (toMinorUnits(money) > leftOf(charge)) return false;
      write({
        event: 'refunded',
        at: now(),
        reference: charge.reference,
        refund: reference,
        amount: money.amount,
      });
      return true;
    },
    close: journal.close,
  };
}

function apply(charges: Map<string, BookedCharge>, entry: Entry): BookedCharge {
  const charge = charges.get(entry.reference) ?? {
    id: 'id' in entry ? entry.id : '',
    reference: entry.reference,
    status: 'VOIDED' as const,
    amount: null,
    currency: null,
    refunded: null,
    refunds: [],
  };
  const changed = changedBy(charge, entry);
  charges.set(entry.reference, changed);
  return changed;
}

function changedBy(charge: BookedCharge, entry: Entry): BookedCharge {
  switch (entry.event) {
    case 'authorized':
    case 'declined': {
      const { id, amount, currency } = entry;
      const status = entry.event === 'authorized' ? 'AUTHORIZED' : 'DECLINED';
      return { ...charge, id, status, amount, currency, refunded: fromMinorUnits(0n, currency).amount };
    }
    case 'captured':
      return { ...charge, status: 'CAPTURED' };
    case 'voided':
      return { ...charge, status: 'VOIDED' };
    case 'refunded': {
      const refunds = [...charge.refunds, { reference: entry.refund, amount: entry.amount }];
      return { ...charge, refunds, refunded: sumOf(refunds, charge.currency ?? '') };
    }
  }
}

function leftOf({ amount, refunded, currency }: BookedCharge): bigint {
  if (amount === null || refunded === null || currency === null) return 0n;
  return toMinorUnits({ amount, currency }) - toMinorUnits({ amount: refunded, currency });
}

function sumOf(refunds: BookedCharge['refunds'], currency: string): string {
  const minor = refunds.reduce((sum, { amount }) => sum + toMinorUnits({ amount, currency }), 0n);
  return fromMinorUnits(minor, currency).amount;
}
