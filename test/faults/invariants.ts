// The invariants that must hold whatever was killed (docs/architecture.md), as functions of the state that recorded-state.ts
// reads after all purchases have ended. `findChangedAnswers` checks I7 from the answers to repeated orders. The tests of events
// check I8.
import { fromNumeric, toMinorUnits } from '../../platform/values/money.ts';
import type { Charge, Line, RecordedState } from './recorded-state.ts';

export interface Violation {
  invariant: 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I9';
  /** The purchase, when the violation is about one. */
  purchaseId: string | null;
  problem: string;
}

/** Returns every violation, or an empty list when all invariants hold. */
export function findBrokenInvariants(state: RecordedState): Violation[] {
  return [
    ...findBrokenPurchases(state),
    ...findStrayMoney(state),
    ...findBrokenLedger(state),
    ...findBrokenStock(state),
  ];
}

const isCaptured = (status: string) => ['CAPTURED', 'PARTIALLY_REFUNDED', 'REFUNDED'].includes(status);
/** A capture that the provider took back later was one. */
const wasCaptured = (status: string) => isCaptured(status) || status === 'REVERSED';

/** I1, I3, I4 and I9: compares each purchase with its reservation, payments and charges. */
function findBrokenPurchases({ purchases, reservations, payments, charges }: RecordedState): Violation[] {
  const reservationOf = new Map(reservations.map((reservation) => [reservation.purchase_id, reservation]));
  const paymentsOf = Map.groupBy(payments, ({ purchase_id }) => purchase_id);
  const chargesOf = Map.groupBy(charges, ({ reference }) => reference);
  return purchases.flatMap((purchase) => {
    const broken: Violation[] = [];
    const say = (invariant: Violation['invariant'], problem: string) =>
      broken.push({ invariant, purchaseId: purchase.id, problem });
    const reservation = reservationOf.get(purchase.id);
    const paid = (paymentsOf.get(purchase.id) ?? []).filter(({ status }) => wasCaptured(status));
    const charged = chargesOf.get(purchase.payment_id) ?? [];
    if (charged.length > 1) say('I4', `has ${charged.length} charges at the provider`);
    switch (purchase.status) {
      case 'COMPLETED': {
        const [payment] = paid;
        if (paid.length !== 1) say('I1', `is COMPLETED with ${paid.length} captured payments`);
        else if (payment?.id !== purchase.payment_id || !sameAmount(payment.amount, purchase.total))
          say('I1', 'is COMPLETED with a payment of another id or amount');
        if (!wasCaptured(charged[0]?.status ?? ''))
          say('I4', `is COMPLETED, and its charge is ${charged[0]?.status ?? 'not there'}`);
        if (reservation?.status !== 'COMMITTED')
          say('I3', `is COMPLETED, and its reservation is ${reservation?.status ?? 'not there'}`);
        else if (describeLines(reservation.lines) !== describeLines(purchase.lines))
          say('I3', 'is COMPLETED with other lines than were reserved');
        break;
      }
      case 'CANCELLED':
        if (reservation?.status !== 'RELEASED')
          say('I3', `is CANCELLED, and its reservation is ${reservation?.status ?? 'not there'}`);
        break;
      default:
        say('I9', `has not ended: it is ${purchase.status}`);
    }
    return broken;
  });
}

/** I2 and I4 from the side of the money: a purchase must explain each captured or held amount. */
function findStrayMoney({ purchases, payments, charges }: RecordedState): Violation[] {
  const byId = new Map(purchases.map((purchase) => [purchase.id, purchase]));
  const byPayment = new Map(purchases.map((purchase) => [purchase.payment_id, purchase]));
  const broken: Violation[] = [];
  for (const { purchase_id, status } of payments) {
    const purchase = byId.get(purchase_id);
    if (isCaptured(status) && purchase?.status !== 'COMPLETED')
      broken.push({
        invariant: 'I2',
        purchaseId: purchase_id,
        problem: `has a ${status} payment, and is ${purchase?.status ?? 'not there'}`,
      });
  }
  for (const { reference, status } of charges) {
    const purchase = byPayment.get(reference);
    const purchaseId = purchase?.id ?? null;
    if (status === 'AUTHORIZED')
      broken.push({
        invariant: 'I4',
        purchaseId,
        problem: `the provider still holds an amount for ${reference}`,
      });
    if (status === 'CAPTURED' && purchase?.status !== 'COMPLETED')
      broken.push({
        invariant: 'I2',
        purchaseId,
        problem: `the provider took ${reference} for what is ${purchase?.status ?? 'no purchase'}`,
      });
    if (purchase === undefined)
      broken.push({
        invariant: 'I4',
        purchaseId,
        problem: `the provider has a charge without a purchase: ${reference}`,
      });
  }
  return broken;
}

/** I5: the ledger sums to zero, and for each payment its receivable equals the amount in the provider's books. */
function findBrokenLedger({ payments, postings, charges }: RecordedState): Violation[] {
  const broken: Violation[] = [];
  for (const [currency, rows] of Map.groupBy(postings, (posting) => posting.currency)) {
    const sum = rows.reduce((total, { amount }) => total + parseMinorUnits(amount, currency), 0n);
    if (sum !== 0n)
      broken.push({ invariant: 'I5', purchaseId: null, problem: `the ledger's ${currency} sum to ${sum}` });
  }
  const receivable = postings.filter(({ account }) => account === 'provider_receivable');
  const posted = Map.groupBy(receivable, ({ payment_id }) => payment_id);
  const booked = new Map(charges.map((charge) => [charge.reference, charge]));
  const purchaseOf = new Map(payments.map(({ id, purchase_id }) => [id, purchase_id]));
  for (const reference of new Set([...posted.keys(), ...booked.keys()])) {
    const ours = (posted.get(reference) ?? []).reduce(
      (sum, { amount, currency }) => sum + parseMinorUnits(amount, currency),
      0n,
    );
    const theirs = getNetAmount(booked.get(reference));
    if (ours !== theirs)
      broken.push({
        invariant: 'I5',
        purchaseId: purchaseOf.get(reference) ?? null,
        problem: `the ledger has ${ours} for ${reference}, the provider's books ${theirs}`,
      });
  }
  return broken;
}

/** I6: no unit of stock gets lost or appears. */
function findBrokenStock({ products, reservations }: RecordedState): Violation[] {
  const taken = new Map<string, number>();
  for (const { status, lines } of reservations) {
    if (status === 'RELEASED') continue;
    for (const { product_id, quantity } of lines)
      taken.set(product_id, (taken.get(product_id) ?? 0) + quantity);
  }
  return products.flatMap(({ id, stock, initial }) => {
    const gone = taken.get(id) ?? 0;
    if (stock >= 0 && stock + gone === initial) return [];
    const problem = `product ${id} had ${initial} units, has ${stock}, and ${gone} are held or sold`;
    return [{ invariant: 'I6' as const, purchaseId: null, problem }];
  });
}

/** I7: a client that repeats an order receives the same answer, byte for byte. */
export interface RepeatedAnswer {
  purchaseId: string | null;
  first: unknown;
  again: unknown;
}

export function findChangedAnswers(heard: readonly RepeatedAnswer[]): Violation[] {
  return heard
    .map(
      ({ purchaseId, first, again }) => [purchaseId, JSON.stringify(first), JSON.stringify(again)] as const,
    )
    .filter(([, first, again]) => first !== again)
    .map(([purchaseId, first, again]) => ({
      invariant: 'I7',
      purchaseId,
      problem: `was answered ${first}, and then ${again}`,
    }));
}

function parseMinorUnits(amount: string, currency: string): bigint {
  return toMinorUnits(fromNumeric(amount, currency));
}

/** What the provider owes for a charge: what is captured, and neither refunded nor taken back by disputes. */
function getNetAmount(charge: Charge | undefined): bigint {
  if (charge?.status !== 'CAPTURED' || charge.amount === null || charge.currency === null) return 0n;
  const { amount, currency, refunded } = charge;
  const withdrawn = charge.disputes
    .filter(({ status }) => status !== 'WON')
    .reduce((sum, dispute) => sum + parseMinorUnits(dispute.amount, currency), 0n);
  return parseMinorUnits(amount, currency) - parseMinorUnits(refunded ?? '0', currency) - withdrawn;
}

/** numeric(15,3) on both sides. */
function sameAmount(one: string, other: string | null): boolean {
  return one === other;
}

function describeLines(lines: readonly Line[]): string {
  const sorted = lines.toSorted((a, b) => (a.product_id < b.product_id ? -1 : 1));
  return sorted.map(({ product_id, quantity }) => `${product_id} ${quantity}`).join();
}
