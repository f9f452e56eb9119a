// What a gateway held after so many reloads of its graph, as text.
import type { Machine } from '../measure/measured.ts';
import type { MemoryUse } from '../measure/memory-use.ts';
import { typeCount } from './large-graph.ts';

export interface ReloadsLine extends MemoryUse {
  reloads: number;
  /** Requests that were answered, so far. */
  answered: number;
  /** The median of the reloads since the line before, in milliseconds. */
  reloadMs: number;
}

const mebibyte = 1_048_576;

/** The heap after the last reloads may be so many times that after the first ones. */
const maxHeapRatio = 1.1;

export function formatReloadsReport(
  lines: readonly ReloadsLine[],
  heapLimit: number,
  { cores, model, node }: Machine,
): string {
  const ratio = (lines.at(-1)?.heap ?? 0) / (lines[0]?.heap ?? 1);
  return [
    '# What reloads of the graph leave in memory',
    '',
    `A gateway alone, with ${heapLimit} MiB for its old generation, over a supergraph of four subgraphs with ${typeCount} entity types more. The file changes`,
    'again and again while four clients ask without a pause. One of two requests has a text that only one version of the graph sees.',
    'Every request was answered without errors. The heap is that of the main thread after a full collection, with buffers outside of it;',
    `RSS is that of the process before the collection, with the planner threads, which have a limit of their own. ${cores} cores (${model}), Node ${node}.`,
    '',
    '| reloads | requests | a reload, ms | heap MiB | RSS MiB |',
    '|---:|---:|---:|---:|---:|',
    ...lines.map(formatRow),
    '',
    `The heap after the last reloads is ${ratio.toFixed(2)} times that after the first ones (at most ${maxHeapRatio}): ${ratio <= maxHeapRatio ? 'met' : 'not met'}.`,
    '',
  ].join('\n');
}

/** A row of the table. */
export function formatRow({ reloads, answered, reloadMs, heap, rss }: ReloadsLine): string {
  return `| ${reloads} | ${answered} | ${reloadMs.toFixed(0)} | ${formatMebibytes(heap)} | ${formatMebibytes(rss)} |`;
}

function formatMebibytes(bytes: number): string {
  return (bytes / mebibyte).toFixed(1);
}
