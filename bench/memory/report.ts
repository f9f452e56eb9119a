// What the memory held, as text: after how many requests, and whether it grew after the first of them.
import type { Machine } from '../measure/measured.ts';
import type { MemoryUse } from '../measure/memory-use.ts';
import { describeKind, type UniqueKind, uniqueKinds } from './unique-operations.ts';

export interface Line extends MemoryUse {
  kind: 'usual' | UniqueKind;
  /** Of this kind, so far. */
  asked: number;
}

const mebibyte = 1_048_576;

/** After the operations of a kind, the process may hold so many times the memory that it held after the usual requests. */
const maxRssRatio = 2;

/** The first line of the usual requests is the warm-up: V8 still compiles, caches and pools fill. */
export function formatMemoryReport(lines: readonly Line[], { cores, model, node }: Machine): string {
  const usual = lines.slice(
    0,
    lines.findIndex(({ kind }) => kind !== 'usual'),
  );
  const after = lines.at(-1);
  return [
    '# What memory is held',
    '',
    'One process, gateway and subgraphs, asked by 16 clients of 200 accounts: the three queries of the other tables in turns, then',
    'operations of which no two are alike, in four kinds, and then the usual ones again. The heap is what is',
    'left of it after a full collection, with buffers outside of it; RSS is that of the process before the collection.',
    `${cores} cores (${model}), Node ${node}.`,
    '',
    '| | requests | heap MiB | RSS MiB |',
    '|---|---:|---:|---:|',
    ...lines.map(formatRow),
    '',
    `From request ${usual[0]?.asked} to request ${usual.at(-1)?.asked} the heap changed by ${formatChange(usual[0], usual.at(-1))}. With the usual requests at the end it is`,
    `${formatMebibytes(after?.heap)} MiB.`,
    '',
    `RSS after the operations of each kind, as so many times that after the usual requests (at most ${maxRssRatio}):`,
    `${uniqueKinds.map((kind) => formatRatio(lines, kind, usual.at(-1))).join('; ')}.`,
    '',
  ].join('\n');
}

function formatRatio(lines: readonly Line[], wanted: UniqueKind, before: Line | undefined): string {
  const ratio = (lines.findLast(({ kind }) => kind === wanted)?.rss ?? 0) / (before?.rss ?? 1);
  return `${wanted} ${ratio.toFixed(2)}, ${ratio <= maxRssRatio ? 'met' : 'not met'}`;
}

/** A row of the table. */
export function formatRow({ kind, asked, heap, rss }: Line): string {
  const words = kind === 'usual' ? 'three queries' : `no two alike: ${describeKind[kind]}`;
  return `| ${words} | ${asked} | ${formatMebibytes(heap)} | ${formatMebibytes(rss)} |`;
}

function formatChange(first: Line | undefined, last: Line | undefined): string {
  const difference = ((last?.heap ?? 0) - (first?.heap ?? 0)) / mebibyte;
  return `${difference < 0 ? '−' : '+'}${Math.abs(difference).toFixed(1)} MiB`;
}

function formatMebibytes(bytes = 0): string {
  return (bytes / mebibyte).toFixed(1);
}
