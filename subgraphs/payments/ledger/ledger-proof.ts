// Compares the ledger with the provider's books for staff: whether the postings balance, and which payments differ. Both sides
// are read in the order of the payments' ids, one page at a time, so that large books take time but no memory. Payments change
// meanwhile. So a page with differences is read twice, and only a payment that differs both times counts as a difference.
import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestContext } from '../../../platform/subgraph/context.ts';
import type { PaymentId } from '../../../platform/values/ids.ts';
import type { Own } from '../own.ts';
import type { LedgerProof, LedgerEntry as ShownEntry } from '../resolvers.generated.ts';
import { type BookedPayment, isBalanced, readBookedPayments } from './booked-payment.ts';
import {
  createCurrencyTotals,
  entriesAgree,
  formatDecimal,
  type LedgerEntry,
  toLedgerEntry,
} from './ledger-entry.ts';

const pageSize = 500;
const maxShownDifferences = 100;
/** The pause before a page is read again. It is longer than it takes to record a response of the provider. */
const recheckDelayMs = 500;

/** The last payment and the last reference of a charge that were read. */
interface Cursors {
  paymentId: PaymentId | null;
  reference: string | null;
}

interface EntryPair {
  reference: string;
  payment: LedgerEntry | null;
  provider: LedgerEntry | null;
}

interface ComparedPage {
  compared: EntryPair[];
  /** Null when both sides have been read to their end. */
  next: Cursors | null;
}

export async function proveLedger(ctx: RequestContext<Own>): Promise<LedgerProof> {
  const balanced = await isBalanced(ctx);
  const totals = createCurrencyTotals();
  const differences: EntryPair[] = [];
  let underWay = 0;
  for (let cursors: Cursors | null = { paymentId: null, reference: null }; cursors !== null; ) {
    const { compared, next, moving } = await comparePageTwice(
      ctx,
      cursors,
      differences.length > maxShownDifferences,
    );
    underWay += moving.size;
    for (const entry of compared) {
      if (moving.has(entry.reference)) continue;
      totals.add(entry.payment, entry.provider);
      if (isDifference(entry) && differences.length <= maxShownDifferences) differences.push(entry);
    }
    cursors = next;
  }
  return {
    balanced,
    matchesProvider: differences.length === 0,
    currencies: totals.list(),
    differences: differences.slice(0, maxShownDifferences).map(({ reference, payment, provider }) => ({
      reference,
      ours: toShownEntry(payment),
      provider: toShownEntry(provider),
    })),
    hasMoreDifferences: differences.length > maxShownDifferences,
    underWay,
  };
}

/** Compares a page, and reads it again when it has differences. `moving` are payments that differ only in the second read. */
async function comparePageTwice(
  ctx: RequestContext<Own>,
  from: Cursors,
  isListFull: boolean,
): Promise<ComparedPage & { moving: Set<string> }> {
  const first = await comparePage(ctx, from);
  const suspects = new Set(first.compared.filter(isDifference).map(({ reference }) => reference));
  if (suspects.size === 0 || isListFull) return { ...first, moving: new Set() };
  await sleep(recheckDelayMs, undefined, { signal: ctx.signal });
  const second = await comparePage(ctx, from);
  const moving = second.compared.filter((entry) => isDifference(entry) && !suspects.has(entry.reference));
  return { ...second, moving: new Set(moving.map(({ reference }) => reference)) };
}

/** Reads and merges the next page of both sides, up to the last reference that both pages reach. */
async function comparePage(ctx: RequestContext<Own>, from: Cursors): Promise<ComparedPage> {
  const { provider, callProvider } = ctx.own;
  // The provider is read first: each of its charges has a row by then, because the row is written before the provider is called.
  const charges = await callProvider(ctx.signal, (signal) => provider.list(from.reference, pageSize, signal));
  const rows = await readBookedPayments(ctx, from.paymentId, pageSize);
  const ends = [
    ...(charges.length < pageSize ? [] : [charges.at(-1)?.reference ?? '']),
    ...(rows.length < pageSize ? [] : [rows.at(-1)?.id ?? '']),
  ].sort();
  const end = ends.at(0);
  const isWithin = (reference: string) => end === undefined || reference <= end;
  const comparedCharges = charges.filter(({ reference }) => isWithin(reference));
  const comparedRows = rows.filter(({ id }) => isWithin(id));
  return {
    compared: mergeByReference(
      new Map(comparedRows.map((row) => [row.id, row])),
      new Map(comparedCharges.map((charge) => [charge.reference, charge])),
    ),
    next:
      end === undefined
        ? null
        : {
            paymentId: comparedRows.at(-1)?.id ?? from.paymentId,
            reference: comparedCharges.at(-1)?.reference ?? from.reference,
          },
  };
}

function mergeByReference(
  rows: ReadonlyMap<string, BookedPayment>,
  charges: ReadonlyMap<string, Parameters<typeof toLedgerEntry.charge>[0]>,
): EntryPair[] {
  return [...new Set([...rows.keys(), ...charges.keys()])].sort().map((reference) => {
    const row = rows.get(reference);
    const charge = charges.get(reference);
    return {
      reference,
      payment: row === undefined ? null : toLedgerEntry.payment(row),
      provider: charge === undefined ? null : toLedgerEntry.charge(charge),
    };
  });
}

function isDifference({ payment, provider }: EntryPair): boolean {
  return !entriesAgree(payment, provider);
}

function toShownEntry(entry: LedgerEntry | null): ShownEntry | null {
  if (entry === null) return null;
  const { status, currency, amount, captured, refunded, reversed, disputed, lost } = entry;
  if (currency === null || amount === null) return { status };
  const money = (thousandths: bigint) => ({ amount: formatDecimal(thousandths, currency), currency });
  return {
    status,
    amount: money(amount),
    captured: money(captured),
    refunded: money(refunded),
    reversed: money(reversed),
    disputed: money(disputed),
    lost: money(lost),
  };
}
