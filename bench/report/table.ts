// The figures of one question as a table: a block for each number of clients, a row for each subject.
import { type Cell, findCell, findMedian, findRatio } from '../measure/figures.ts';

export interface TableOptions {
  query: string;
  /** Ours: every other subject's CPU is also given as so many times this one's. */
  base: string;
  titleOf: (subject: string) => string;
  hasStatements: boolean;
}

export function formatTable(cells: readonly Cell[], options: TableOptions): string {
  const { hasStatements } = options;
  const rows = cells
    .filter(({ query }) => query === options.query)
    .map((cell) => rowOf(cells, cell, options));
  return [
    `| clients | | requests/s | p50 ms | p99 ms | CPU-ms | times ours |${hasStatements ? ' SQL |' : ''} RSS MiB |`,
    `|---:|---|---:|---:|---:|---:|---:|${hasStatements ? '---:|' : ''}---:|`,
    ...rows,
  ].join('\n');
}

function rowOf(cells: readonly Cell[], cell: Cell, { base, titleOf, hasStatements }: TableOptions): string {
  const ratio = findRatio(cell, findCell(cells, base, cell.query, cell.clients), 'cpuMs');
  const columns = [
    String(cell.clients),
    titleOf(cell.subject),
    findMedian(cell, 'perSecond').toFixed(0),
    findMedian(cell, 'p50').toFixed(2),
    findMedian(cell, 'p99').toFixed(2),
    findMedian(cell, 'cpuMs').toFixed(2),
    ratio === undefined ? '' : ratio.toFixed(2),
    ...(hasStatements ? [findMedian(cell, 'statements').toFixed(2)] : []),
    findMedian(cell, 'rssMb').toFixed(0),
  ];
  return `| ${columns.join(' | ')} |`;
}
