// The books of the sandbox provider: all charges, by the merchant's reference. A reference names one charge for ever, and a
// repeated request returns the charge as it is. Requests and the replay of the journal change the books through `apply`.
import { fromMinorUnits, type Money, toMinorUnits } from '../../../platform/values/money.ts';
import { newId } from '../../../platform/values/uuid.ts';
import { type Entry, openJournal } from './journal.ts';

export interface BookedCharge {
  id: string;
  reference: string;
  status: 'AUTHORIZED' | 'DECLINED' | 'CAPTURED' | 'VOIDED' | 'EXPIRED';
  /** Null for a reference that was voided before a charge existed. */
  amount: string | null;
  currency: string | null;
  /** The sum of the refunds. Null when there is no amount. */
  refunded: string | null;
  refunds: { reference: string; amount: string }[];
}

/** Each change returns the charge as it is afterwards. The caller compares its status with the one it wanted. */
export interface Books {
  find: (reference: string) => BookedCharge | undefined;
  list: () => BookedCharge[];
  /** Returns the next charges after a reference, in the order of the references. */
  page: (after: string, limit: number) => BookedCharge[];
  open: (reference: string, money: Money, event: 'authorized' | 'declined') => BookedCharge;
  capture: (charge: BookedCharge) => BookedCharge;
  /** Ends the hold, as the card's bank does when it was not captured in time. */
  expire: (charge: BookedCharge) => BookedCharge;
  /** Writes a tombstone when there is no charge. */
  void: (reference: string) => BookedCharge;
  /** False when the charge is not captured, too little of it is left, or the refund's reference was used for another amount. */
  refund: (charge: BookedCharge, refund: { reference: string; money: Money }) => boolean;
  close: () => void;
}

/** Opens the books from the journal in `folder`. Calls `onEntry` for each change after it is written. */
export function openBooks(folder: string | undefined, onEntry: (entry: Entry) => void = () => {}): Books {
  const journal = openJournal(folder);
  const charges = new Map<string, BookedCharge>();
  for (const entry of journal.past) apply(charges, entry);
  /** Writes the journal first, so that a change which cannot be written does not happen. */
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
    expire: (charge) => {
      if (charge.status !== 'AUTHORIZED') return charge;
      return write({ event: 'expired', at: now(), reference: charge.reference });
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
      if (toMinorUnits(money) > getRefundable(charge)) return false;
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
  const changed = applyEntry(charge, entry);
  charges.set(entry.reference, changed);
  return changed;
}

function applyEntry(charge: BookedCharge, entry: Entry): BookedCharge {
  switch (entry.event) {
    case 'authorized':
    case 'declined': {
      const { id, amount, currency } = entry;
      const status = entry.event === 'authorized' ? 'AUTHORIZED' : 'DECLINED';
      return { ...charge, id, status, amount, currency, refunded: fromMinorUnits(0n, currency).amount };
    }
    case 'captured':
      return { ...charge, status: 'CAPTURED' };
    case 'expired':
      return { ...charge, status: 'EXPIRED' };
    case 'voided':
      return { ...charge, status: 'VOIDED' };
    case 'refunded': {
      const refunds = [...charge.refunds, { reference: entry.refund, amount: entry.amount }];
      return { ...charge, refunds, refunded: sumRefunds(refunds, charge.currency ?? '') };
    }
  }
}

function getRefundable({ amount, refunded, currency }: BookedCharge): bigint {
  if (amount === null || refunded === null || currency === null) return 0n;
  return toMinorUnits({ amount, currency }) - toMinorUnits({ amount: refunded, currency });
}

function sumRefunds(refunds: BookedCharge['refunds'], currency: string): string {
  const minor = refunds.reduce((sum, { amount }) => sum + toMinorUnits({ amount, currency }), 0n);
  return fromMinorUnits(minor, currency).amount;
}
