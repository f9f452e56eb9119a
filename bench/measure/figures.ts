// The arithmetic of a benchmark: percentiles of requests, medians of rounds, and ratios of two subjects. A ratio compares rounds that
// were measured right after one another, so that a slow minute of the machine affects both.

/** The figures of one subject in one window. */
export interface Figures {
  perSecond: number;
  p50: number;
  p99: number;
  /** CPU-milliseconds a query, of all the subject's processes and PostgreSQL. */
  cpuMs: number;
  /** SQL statements a query. */
  statements: number;
  /** Memory of the subject's processes, PostgreSQL left out, in MiB. */
  rssMb: number;
}

/** All rounds of one subject with one query and so many clients; round n of every subject was measured side by side. */
export interface Cell {
  subject: string;
  query: string;
  clients: number;
  rounds: readonly Figures[];
}

/** The smallest value that at least this part (0 to 1) of them do not exceed: nearest rank. NaN for none. */
export function percentile(values: Float64Array | readonly number[], part: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
}

/** The middle one; of an even number the mean of the middle two. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

export function findMedian(cell: Cell, figure: keyof Figures): number {
  return median(cell.rounds.map((round) => round[figure]));
}

/** Median of the ratios of paired rounds. Undefined where one of the two was not measured. */
export function findRatio(
  cell: Cell | undefined,
  base: Cell | undefined,
  figure: keyof Figures,
): number | undefined {
  if (cell === undefined || base === undefined) return undefined;
  const pairs = Math.min(cell.rounds.length, base.rounds.length);
  const ratios = Array.from({ length: pairs }, (_, round) => {
    const [mine, theirs] = [cell.rounds[round], base.rounds[round]];
    return mine === undefined || theirs === undefined ? Number.NaN : mine[figure] / theirs[figure];
  });
  return ratios.length === 0 ? undefined : median(ratios);
}

export function findCell(
  cells: readonly Cell[],
  subject: string,
  query: string,
  clients: number,
): Cell | undefined {
  return cells.find((cell) => cell.subject === subject && cell.query === query && cell.clients === clients);
}
