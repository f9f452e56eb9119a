// The figures of the checkouts as text.
import { cpus } from 'node:os';
import { median } from '../measure/figures.ts';

export interface Cost {
  perSecond: number;
  p50: number;
  p99: number;
  cpuMs: number;
  statements: number;
}

export interface Row {
  name: string;
  buyersAtOnce: number;
  /** One for each round. */
  costs: readonly Cost[];
}

export function formatReport(
  rows: readonly Row[],
  takeover: readonly number[],
  { rounds, perRound }: { rounds: number; perRound: number },
): string {
  return [
    '# What a checkout costs',
    '',
    `${rounds} rounds of ${perRound} checkouts each, Tributary and floor in turns; medians. ${cpus().length} cores, Node ${process.versions.node}.`,
    '',
    'CPU is that of the graph and PostgreSQL together, without the client. The floor writes the same rows by seven prepared',
    'statements, without HTTP, GraphQL, identity, checks or a payment provider.',
    '',
    '| | buyers | checkouts/s | p50 ms | p99 ms | CPU-ms | SQL statements |',
    '|---|---|---|---|---|---|---|',
    ...rows.map(formatRow),
    '',
    `Orphans (a confirmed purchase whose instance died) completed after ${takeover[0]?.toFixed(0)} to ${takeover.at(-1)?.toFixed(0)} ms, median ${median(takeover).toFixed(0)} ms.`,
    '',
  ].join('\n');
}

function formatRow({ name, buyersAtOnce, costs }: Row): string {
  const of = (pick: (cost: Cost) => number) => median(costs.map(pick));
  const cells = [
    name,
    buyersAtOnce,
    of(({ perSecond }) => perSecond).toFixed(0),
    of(({ p50 }) => p50).toFixed(1),
    of(({ p99 }) => p99).toFixed(1),
    of(({ cpuMs }) => cpuMs).toFixed(2),
    of(({ statements }) => statements).toFixed(1),
  ];
  return `| ${cells.join(' | ')} |`;
}
