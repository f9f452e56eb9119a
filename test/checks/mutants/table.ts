// The report of all mutants as a table in Markdown: a row for each, a column for each layer.
import type { Report } from './layers.ts';
import { layers, type Mutant } from './mutant.ts';

export function tableOf(mutants: readonly Mutant[], reports: ReadonlyMap<Mutant, Report>): string {
  const rows = mutants.map((mutant) => [
    mutant.defect,
    mutant.subgraph,
    ...layers.map((layer) => reports.get(mutant)?.[layer].join('; ') || '–'),
  ]);
  const head = ['defect', 'in', ...layers];
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `${lines.join('\n')}\n`;
}
