// The proof that staff can ask for: the ledger balances, and says of every payment what the provider's books say.
// Both sides are walked in the order of our ids, a page each at a time, so the size of the books costs time, not memory.
// Payments move meanwhile: a page that differs is looked at twice, and only what differs both times is a difference.
import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestContext } from '../../platform/subgraph/context.ts';
import type { PaymentId } from '../../platform/values/ids.ts';
import { currencyTotals, decimal, entriesAgree, type LedgerEntry, ledgerEntryOf } from './ledger-entry.ts';
import type { Own } from './own.ts';
import { type BookedPayment, isBalanced, paymentsInBooks } from './posting.ts';
import type { LedgerProof, LedgerEntry as ShownEntry } from './resolvers.generated.ts';

const pageSize = 500;
const shownDifferences = 100;
/** Between the two looks: longer than a provider's answer takes to become a row. */
const secondLookMs = 500;

/** Where each side was read up to. */
interface Cursors {
  ours: PaymentId | null;
  theirs: string | null;
}

interface Compared {
  reference: string;
  ours: LedgerEntry | null;
  provider: LedgerEntry | null;
}

interface Look {
  compared: Compared[];
  /** Null at the end of both. */
  next: Cursors | null;
}

export async function ledgerProof(ctx: RequestContext<Own>): Promise<LedgerProof> {
  const balanced = await isBalanced(ctx);
  const totals = currencyTotals();
  const differences: Compared[] = [];
  let underWay = 0;
  for (let cursors: Cursors | null = { ours: null, theirs: null }; cursors !== null; ) {
    const { compared, next, moving } = await settledPage(ctx, cursors, differences.length > shownDifferences);
    underWay += moving.size;
    for (const entry of compared) {
      if (moving.has(entry.reference)) continue;
      totals.add(entry.ours, entry.provider);
      if (differs(entry) && differences.length <= shownDifferences) differences.push(entry);
    }
    cursors = next;
  }
  return {
    balanced,
    matchesProvider: differences.length === 0,
    currencies: totals.list(),
    differences: differences.slice(0, shownDifferences).map(({ reference, ours, provider }) => ({
      reference,
      ours: shown(ours),
      provider: shown(provider),
    })),
    hasMoreDifferences: differences.length > shownDifferences,
    underWay,
  };
}

/** A page, and which of its payments began to differ only between two looks at it. */
async function settledPage(
  ctx: RequestContext<Own>,
  from: Cursors,
  isListFull: boolean,
): Promise<Look & { moving: Set<string> }> {
  const first = await look(ctx, from);
  const suspects = new Set(first.compared.filter(differs).map(({ reference }) => reference));
  if (suspects.size === 0 || isListFull) return { ...first, moving: new Set() };
  await sleep(secondLookMs, undefined, { signal: ctx.signal });
  const second = await look(ctx, from);
  const moving = second.compared.filter((entry) => differs(entry) && !suspects.has(entry.reference));
  return { ...second, moving: new Set(moving.map(({ reference }) => reference)) };
}

/** The next page of both sides, merged: up to the reference that both have been read to. */
async function look(ctx: RequestContext<Own>, from: Cursors): Promise<Look> {
  const { provider, insist } = ctx.own;
  // The provider first: a charge it has by now always has its row, which is written before the provider is asked.
  const charges = await insist(ctx.signal, (signal) => provider.list(from.theirs, pageSize, signal));
  const rows = await paymentsInBooks(ctx, from.ours, pageSize);
  const ends = [
    ...(charges.length < pageSize ? [] : [charges.at(-1)?.reference ?? '']),
    ...(rows.length < pageSize ? [] : [rows.at(-1)?.id ?? '']),
  ].sort();
  const end = ends.at(0);
  const isWithin = (reference: string) => end === undefined || reference <= end;
  const theirs = charges.filter(({ reference }) => isWithin(reference));
  const ours = rows.filter(({ id }) => isWithin(id));
  return {
    compared: merged(
      new Map(ours.map((row) => [row.id, row])),
      new Map(theirs.map((charge) => [charge.reference, charge])),
    ),
    next:
      end === undefined
        ? null
        : { ours: ours.at(-1)?.id ?? from.ours, theirs: theirs.at(-1)?.reference ?? from.theirs },
  };
}

function merged(
  ours: ReadonlyMap<string, BookedPayment>,
  theirs: ReadonlyMap<string, Parameters<typeof ledgerEntryOf.charge>[0]>,
): Compared[] {
  return [...new Set([...ours.keys(), ...theirs.keys()])].sort().map((reference) => {
    const row = ours.get(reference);
    const charge = theirs.get(reference);
    return {
      reference,
      ours: row === undefined ? null : ledgerEntryOf.payment(row),
      provider: charge === undefined ? null : ledgerEntryOf.charge(charge),
    };
  });
}

function differs({ ours, provider }: Compared): boolean {
  return !entriesAgree(ours, provider);
}

function shown(entry: LedgerEntry | null): ShownEntry | null {
  if (entry === null) return null;
  const { status, currency, amount, captured, refunded } = entry;
  if (currency === null || amount === null) return { status };
  const money = (thousandths: bigint) => ({ amount: decimal(thousandths, currency), currency });
  return { status, amount: money(amount), captured: money(captured), refunded: money(refunded) };
}
