// The figures of a run as a table: one row for each subject, one block for each question and number of clients.
import { type Cell, medianOf } from '../measure/figures.ts';

export function tableOf(cells: readonly Cell[], titleOf: (subject: string) => string): string {
  const rows = cells.map((cell) => {
    const figures = [
      medianOf(cell, 'perSecond').toFixed(0),
      medianOf(cell, 'p50').toFixed(2),
      medianOf(cell, 'p99').toFixed(2),
      medianOf(cell, 'cpuMs').toFixed(3),
      medianOf(cell, 'statements').toFixed(2),
      medianOf(cell, 'rssMb').toFixed(0),
    ];
    return `| ${[cell.query, cell.clients, titleOf(cell.subject), ...figures].join(' | ')} |`;
  });
  return [
    '| query | clients | | requests/s | p50 ms | p99 ms | CPU-ms a query | SQL statements | RSS MiB |',
    '|---|---:|---|---:|---:|---:|---:|---:|---:|',
    ...rows,
  ].join('\n');
}
