// The books of the sandbox provider: all charges, by the merchant's reference. A reference names one charge for ever, and a
// repeated request returns the charge as it is. Requests and the replay of the journal change the books through `apply`.
import { fromMinorUnits, type Money, toMinorUnits } from '../../../platform/values/money.ts';
import { newId } from '../../../platform/values/uuid.ts';
import { type Entry, openJournal } from './journal.ts';

export interface BookedCharge {
  id: string;
  reference: string;
  status: 'AUTHORIZED' | 'DECLINED' | 'CAPTURED' | 'VOIDED' | 'EXPIRED' | 'REVERSED';
  /** Null for a reference that was voided before a charge existed. */
  amount: string | null;
  currency: string | null;
  /** The sum of the refunds. Null when there is no amount. */
  refunded: string | null;
  refunds: { reference: string; amount: string }[];
  /** The buyer's bank has taken the amount back. It stays away unless the dispute is won. */
  disputes: { reference: string; status: 'OPEN' | 'WON' | 'LOST'; amount: string }[];
}

/** A part of a charge: a refund or a dispute, with a reference that names it for ever. */
export interface Part {
  reference: string;
  money: Money;
}

/** Each change returns the charge as it is afterwards. The caller compares its status with the one it wanted. */
export interface Books {
  find: (reference: string) => BookedCharge | undefined;
  list: () => BookedCharge[];
  /** Returns the next charges after a reference, in the order of the references. */
  page: (after: string, limit: number) => BookedCharge[];
  open: (reference: string, money: Money, event: 'authorized' | 'declined') => BookedCharge;
  capture: (charge: BookedCharge) => BookedCharge;
  /** Captures a charge whose hold is gone, as a bank does that settles it all the same. */
  settle: (charge: BookedCharge) => BookedCharge;
  /** Ends the hold, as the card's bank does when it was not captured in time. */
  expire: (charge: BookedCharge) => BookedCharge;
  /** Writes a tombstone when there is no charge. */
  void: (reference: string) => BookedCharge;
  /** Takes a capture back, as happens when the bank does not settle it. Needs an amount that no refund or dispute has taken. */
  reverse: (charge: BookedCharge) => BookedCharge;
  /** False when the charge is not captured, too little of it is left, or the refund's reference was used for another amount. */
  refund: (charge: BookedCharge, refund: Part) => boolean;
  /** Opens a dispute. False in the same cases as for a refund. */
  dispute: (charge: BookedCharge, dispute: Part) => boolean;
  /** Closes a dispute. False when there is none, or it was closed the other way. */
  closeDispute: (charge: BookedCharge, reference: string, outcome: 'WON' | 'LOST') => boolean;
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
    settle: (charge) => {
      if (charge.amount === null || !['VOIDED', 'EXPIRED'].includes(charge.status)) return charge;
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
    reverse: (charge) => {
      if (charge.status !== 'CAPTURED' || getLeft(charge) === 0n) return charge;
      return write({ event: 'reversed', at: now(), reference: charge.reference });
    },
    refund: (charge, refund) => {
      const { reference, money } = refund;
      const fits = judgePart(charge, charge.refunds, refund);
      if (fits !== 'new') return fits === 'same';
      const { amount } = money;
      write({ event: 'refunded', at: now(), reference: charge.reference, refund: reference, amount });
      return true;
    },
    dispute: (charge, dispute) => {
      const { reference, money } = dispute;
      const fits = judgePart(charge, charge.disputes, dispute);
      if (fits !== 'new') return fits === 'same';
      const { amount } = money;
      write({ event: 'disputed', at: now(), reference: charge.reference, dispute: reference, amount });
      return true;
    },
    closeDispute: (charge, dispute, outcome) => {
      const known = charge.disputes.find(({ reference }) => reference === dispute);
      if (known?.status !== 'OPEN') return known?.status === outcome;
      const event = outcome === 'WON' ? 'dispute_won' : 'dispute_lost';
      write({ event, at: now(), reference: charge.reference, dispute });
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
    disputes: [],
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
    case 'reversed':
      return { ...charge, status: 'REVERSED' };
    case 'expired':
      return { ...charge, status: 'EXPIRED' };
    case 'voided':
      return { ...charge, status: 'VOIDED' };
    case 'refunded': {
      const refunds = [...charge.refunds, { reference: entry.refund, amount: entry.amount }];
      return { ...charge, refunds, refunded: formatSum(refunds, charge.currency ?? '') };
    }
    case 'disputed': {
      const dispute = { reference: entry.dispute, status: 'OPEN' as const, amount: entry.amount };
      return { ...charge, disputes: [...charge.disputes, dispute] };
    }
    case 'dispute_won':
    case 'dispute_lost': {
      const status = entry.event === 'dispute_won' ? 'WON' : 'LOST';
      const disputes = charge.disputes.map((dispute) =>
        dispute.reference === entry.dispute ? { ...dispute, status } : dispute,
      ) as BookedCharge['disputes'];
      return { ...charge, disputes };
    }
  }
}

/** Whether a refund or a dispute is known under its reference with the same amount, or new and possible. */
function judgePart(
  charge: BookedCharge,
  known: readonly { reference: string; amount: string }[],
  { reference, money }: Part,
): 'same' | 'new' | 'refused' {
  const isSameCurrency = charge.currency === money.currency;
  const earlier = known.find((part) => part.reference === reference);
  if (earlier !== undefined) return earlier.amount === money.amount && isSameCurrency ? 'same' : 'refused';
  if (charge.status !== 'CAPTURED' || !isSameCurrency) return 'refused';
  return toMinorUnits(money) > getLeft(charge) ? 'refused' : 'new';
}

/** What is left of a charge: it is neither refunded nor taken back by a dispute that is open or lost. */
function getLeft({ amount, refunds, disputes, currency }: BookedCharge): bigint {
  if (amount === null || currency === null) return 0n;
  const withdrawn = disputes.filter(({ status }) => status !== 'WON');
  return toMinorUnits({ amount, currency }) - sum([...refunds, ...withdrawn], currency);
}

function sum(parts: readonly { amount: string }[], currency: string): bigint {
  return parts.reduce((total, { amount }) => total + toMinorUnits({ amount, currency }), 0n);
}

function formatSum(parts: readonly { amount: string }[], currency: string): string {
  return fromMinorUnits(sum(parts, currency), currency).amount;
}
