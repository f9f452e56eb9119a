// The report of a schema check as text: a line for each change, breaking changes first, the operations that it breaks below it,
// and a summary at the end.
import type { Level } from './changes.ts';
import type { AssessedChange, Hit, Impact } from './impact.ts';

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

/** A breaking change fails the check; with allowUnused, only a change that breaks a registered operation does. */
export function formatReport(
  { changes, refused }: Impact,
  { heading, operations, allowUnused }: { heading: string; operations: number; allowUnused: boolean },
): Verdict {
  const changesOf = (level: Level) => changes.filter((change) => change.level === level);
  const used = changesOf('breaking').filter(({ hits }) => hits.length > 0);
  const unused = changesOf('breaking').length - used.length;
  const passes = refused.length === 0 && used.length === 0 && (allowUnused || unused === 0);
  const broken = countOperations([...used.flatMap(({ hits }) => hits), ...refused]);
  const count = [
    `${changesOf('breaking').length} breaking${unused > 0 ? ` (${unused} unused)` : ''}`,
    `${changesOf('dangerous').length} dangerous`,
    `${changesOf('safe').length} safe`,
  ].join(', ');
  return {
    lines: [
      heading,
      ...(['breaking', 'dangerous', 'safe'] as const).flatMap((level) =>
        formatGroup(level, changesOf(level)),
      ),
      ...(refused.length === 0 ? [] : ['', 'Refused', ...refused.map((hit) => `  ✗ ${formatHit(hit)}`)]),
      '',
      `${changes.length === 0 ? 'No change' : count}; breaks ${broken} of ${operations} registered ${operations === 1 ? 'operation' : 'operations'}. ${passes ? 'Passed' : 'Failed'}.`,
    ],
    passes,
  };
}

function formatGroup(level: Level, changes: readonly AssessedChange[]): string[] {
  if (changes.length === 0) return [];
  return ['', titles[level], ...changes.flatMap((change) => formatChange(level, change))];
}

function formatChange(level: Level, { coordinate, message: says, hits }: AssessedChange): string[] {
  const unused = level === 'breaking' && hits.length === 0 ? ' [unused: no registered operation]' : '';
  const verb = level === 'breaking' ? 'breaks' : 'may surprise';
  return [
    `  ${signs[level]} ${coordinate}: ${says}${unused}`,
    ...hits.map((hit) => `      ${verb} ${formatHit(hit)}`),
  ];
}

function formatHit({ operation, place, line, why }: Hit): string {
  return `${operation.name} at ${place} (${operation.file}:${line}): ${why}`;
}

function countOperations(hits: readonly Hit[]): number {
  return new Set(hits.map(({ operation }) => operation)).size;
}
