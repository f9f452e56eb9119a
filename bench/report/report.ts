// The result of a part of the bench: a text in Markdown and an optional chart.
import type { Measured } from '../measure/measured.ts';

export interface Report {
  text: string;
  svg?: string;
}

export function describeMeasurement({ cells, windowMs, machine }: Measured): string {
  const rounds = cells.map((cell) => cell.rounds.length);
  const [least, most] = [Math.min(...rounds), Math.max(...rounds)];
  return `${least === most ? most : `${least} to ${most}`} rounds of ${windowMs / 1000} s for each figure, all subjects in turns within a round, after a warm-up; before each
window those ask who ask in it, so that what waited for its turn is warm again. Figures are medians of the rounds, and ratios
are medians of the ratios of paired rounds. ${machine.cores} cores (${machine.model}), Node ${machine.node}; load of the
machine before the run: ${machine.loadBefore.toFixed(2)}. The clients are a process of their own: no subject is charged for their CPU, but they and
the subject share the cores, so that a subject's throughput is less than it would be alone.`;
}
