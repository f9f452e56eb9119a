// The report of a schema check as text: a line for each change, the worst group first, below it what breaks, and the
// summary last.
import type { Level } from './changes.ts';
import type { Hit, JudgedChange, Judgement } from './impact.ts';

const titles: Readonly<Record<Level, string>> = {
  breaking: 'Breaking',
  dangerous: 'Dangerous',
  safe: 'Safe',
};
const signs: Readonly<Record<Level, string>> = { breaking: '✗', dangerous: '!', safe: '✓' };

export interface Verdict {
  lines: readonly string[];
  passes: boolean;
}

/** What fails a check: a change that breaks, used or not; with allowUnused, only what breaks a registered operation. */
export function reportOf(
  { changes, refused }: Judgement,
  { heading, operations, allowUnused }: { heading: string; operations: number; allowUnused: boolean },
): Verdict {
  const of = (level: Level) => changes.filter((change) => change.level === level);
  const used = of('breaking').filter(({ hits }) => hits.length > 0);
  const unused = of('breaking').length - used.length;
  const passes = refused.length === 0 && used.length === 0 && (allowUnused || unused === 0);
  const broken = operationsIn([...used.flatMap(({ hits }) => hits), ...refused]);
  const count = [
    `${of('breaking').length} breaking${unused > 0 ? ` (${unused} unused)` : ''}`,
    `${of('dangerous').length} dangerous`,
    `${of('safe').length} safe`,
  ].join(', ');
  return {
    lines: [
      heading,
      ...(['breaking', 'dangerous', 'safe'] as const).flatMap((level) => groupOf(level, of(level))),
      ...(refused.length === 0 ? [] : ['', 'Refused', ...refused.map((hit) => `  ✗ ${hitLine(hit)}`)]),
      '',
      `${changes.length === 0 ? 'No change' : count}; breaks ${broken} of ${operations} registered ${operations === 1 ? 'operation' : 'operations'}. ${passes ? 'Passed' : 'Failed'}.`,
    ],
    passes,
  };
}

function groupOf(level: Level, changes: readonly JudgedChange[]): string[] {
  if (changes.length === 0) return [];
  return ['', titles[level], ...changes.flatMap((change) => linesOf(level, change))];
}

function linesOf(level: Level, { coordinate, says, hits }: JudgedChange): string[] {
  const unused = level === 'breaking' && hits.length === 0 ? ' [unused: no registered operation]' : '';
  const verb = level === 'breaking' ? 'breaks' : 'may surprise';
  return [
    `  ${signs[level]} ${coordinate}: ${says}${unused}`,
    ...hits.map((hit) => `      ${verb} ${hitLine(hit)}`),
  ];
}

function hitLine({ operation, place, line, why }: Hit): string {
  return `${operation.name} at ${place} (${operation.file}:${line}): ${why}`;
}

function operationsIn(hits: readonly Hit[]): number {
  return new Set(hits.map(({ operation }) => operation)).size;
}
