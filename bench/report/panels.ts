// From figures to a chart: CPU a query of every subject, a panel for each question.
import { type Cell, findCell, findMedian } from '../measure/figures.ts';
import type { Chart } from './chart.ts';

export function buildCpuChart(
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
  const clients = removeDuplicates(cells.map((cell) => cell.clients));
  const subjects = removeDuplicates(cells.map(({ subject }) => subject));
  const panels = removeDuplicates(cells.map(({ query }) => query)).map((query) => ({
    title: sayQuestion(query),
    groups: subjects.map((subject) => ({
      label: titleOf(subject),
      isOurs: isOurs(subject),
      values: clients.map((count) => {
        const cell = findCell(cells, subject, query, count);
        return cell === undefined ? Number.NaN : findMedian(cell, 'cpuMs');
      }),
    })),
  }));
  const series = clients.map((count) => (count === 1 ? '1 client' : `${count} clients`));
  return { title, unit: 'CPU-ms a query', series, panels };
}

export function removeDuplicates<Value>(values: readonly Value[]): Value[] {
  return [...new Set(values)];
}
