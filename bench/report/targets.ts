// What was promised, beside what was measured: met or not, and by how much.
import { type Cell, type Figures, findCell, findMedian, findRatio } from '../measure/figures.ts';

export interface Target {
  text: string;
  limit: number;
  /** True where more is better. */
  isAtLeast?: boolean;
  /** Undefined where something was not measured. */
  figure: number | undefined;
}

/** Ratio of a figure of two subjects, for each number of clients. */
export function buildRatioTargets(
  cells: readonly Cell[],
  {
    subject,
    base,
    query,
    clients,
    figure = 'cpuMs',
    ...target
  }: {
    subject: string;
    base: string;
    query: string;
    clients: readonly number[];
    figure?: keyof Figures;
    text: string;
    limit: number;
    isAtLeast?: boolean;
  },
): Target[] {
  return clients.map((count) => ({
    ...target,
    text: `${target.text}, ${formatClients(count)}`,
    figure: findRatio(findCell(cells, subject, query, count), findCell(cells, base, query, count), figure),
  }));
}

/** How far a subject's slowest requests are from its usual ones. */
export function buildTailTarget(cell: Cell | undefined, text: string, limit: number): Target {
  const figure = cell === undefined ? undefined : findMedian(cell, 'p99') / findMedian(cell, 'p50');
  return { text, limit, figure };
}

export function isMet({ limit, isAtLeast = false, figure }: Target): boolean | undefined {
  if (figure === undefined || Number.isNaN(figure)) return undefined;
  return isAtLeast ? figure >= limit : figure <= limit;
}

export function formatTargetTable(targets: readonly Target[]): string {
  const met = targets.filter((target) => isMet(target) === true).length;
  return [
    '| target | | measured | |',
    '|---|---:|---:|---|',
    ...targets.map(formatRow),
    '',
    `${met} of ${targets.length} are met.`,
  ].join('\n');
}

function formatRow(target: Target): string {
  const { text, limit, isAtLeast = false, figure } = target;
  const bound = `${isAtLeast ? '≥' : '≤'} ${round(limit)}`;
  const verdict = isMet(target);
  if (verdict === undefined || figure === undefined) return `| ${text} | ${bound} | not measured | |`;
  const apart = Math.abs(figure / limit - 1) * 100;
  const better = isAtLeast === figure > limit;
  const words = `${verdict ? 'met' : '**not met**'}, ${apart.toFixed(0)} % ${better ? 'better' : 'worse'}`;
  return `| ${text} | ${bound} | ${round(figure)} | ${words} |`;
}

/** Two digits behind the point, three where that would say little. */
function round(value: number): string {
  return value.toFixed(value < 1 ? 3 : 2).replace(/(\.\d\d)0$/, '$1');
}

function formatClients(count: number): string {
  return count === 1 ? '1 client' : `${count} clients`;
}
