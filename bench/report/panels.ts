// From figures to a chart: CPU a query of every subject, a panel for each question.
import { type Cell, cellOf, medianOf } from '../measure/figures.ts';
import type { Chart } from './chart.ts';

export function cpuChart(
  cells: readonly Cell[],
  title: string,
  {
    titleOf,
    isOurs,
    sayQuestion,
  }: {
    titleOf: (subject: string) => string;
    isOurs: (subject: string) => boolean;
    sayQuestion: (query: string) => string;
  },
): Chart {
  const clients = distinct(cells.map((cell) => cell.clients));
  const subjects = distinct(cells.map(({ subject }) => subject));
  const panels = distinct(cells.map(({ query }) => query)).map((query) => ({
    title: sayQuestion(query),
    groups: subjects.map((subject) => ({
      label: titleOf(subject),
      isOurs: isOurs(subject),
      values: clients.map((count) => {
        const cell = cellOf(cells, subject, query, count);
        return cell === undefined ? Number.NaN : medianOf(cell, 'cpuMs');
      }),
    })),
  }));
  const series = clients.map((count) => (count === 1 ? '1 client' : `${count} clients`));
  return { title, unit: 'CPU-ms a query', series, panels };
}

export function distinct<Value>(values: readonly Value[]): Value[] {
  return [...new Set(values)];
}
