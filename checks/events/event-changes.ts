// Compares the events of two versions of a graph, and says which followers each change breaks: those of the base, which run while the change
// is deployed, and those of the candidate, which also read the events that are kept from before.
import { formatCount } from '../../platform/process/command.ts';
import { type CataloguedType, nameFollower, type Publisher } from './catalogue.ts';
import { findBreaks, toCanonical } from './field-changes.ts';

export interface EventChange {
  /** `purchases purchase.completed` */
  type: string;
  message: string;
  /** The followers that it breaks: `accounts/sales`. */
  breaks: readonly string[];
}

export function findEventChanges(base: readonly Publisher[], candidate: readonly Publisher[]): EventChange[] {
  const [old, fresh] = [listTypes(base), listTypes(candidate)];
  const added = [...fresh.keys()].filter((type) => !old.has(type));
  return [
    ...[...old].flatMap(([type, before]) => compareType(type, before, fresh.get(type))),
    ...added.map((type) => ({ type, message: 'is new', breaks: [] })),
  ];
}

function listTypes(publishers: readonly Publisher[]): Map<string, CataloguedType> {
  return new Map(
    publishers.flatMap(({ name, types }) => types.map((type) => [`${name} ${type.name}`, type] as const)),
  );
}

function compareType(type: string, before: CataloguedType, now: CataloguedType | undefined): EventChange[] {
  if (now === undefined)
    return [{ type, message: 'is removed', breaks: [...new Set(before.followers.map(nameFollower))] }];
  const broken = new Map<string, Set<string>>();
  for (const follower of [...before.followers, ...now.followers])
    for (const message of findBreaks(before.data, now.data, follower.reads))
      broken.set(message, (broken.get(message) ?? new Set()).add(nameFollower(follower)));
  if (broken.size === 0 && toCanonical(before.data) !== toCanonical(now.data))
    return [{ type, message: 'changes in what no follower reads', breaks: [] }];
  return [...broken].map(([message, followers]) => ({ type, message, breaks: [...followers] }));
}

/** Without lines when neither version has events. */
export function formatEventChanges(
  changes: readonly EventChange[],
  hasEvents: boolean,
): { lines: string[]; passes: boolean } {
  const broken = new Set(changes.flatMap(({ breaks }) => breaks));
  const passes = broken.size === 0;
  const count =
    changes.length === 0 ? 'No change of an event' : `${formatCount(changes.length, 'change')} of events`;
  const summary = `${count}; breaks ${formatCount(broken.size, 'follower')}. ${passes ? 'Passed' : 'Failed'}.`;
  return {
    lines: hasEvents ? ['', 'Events', ...changes.flatMap(formatChange), summary] : [],
    passes,
  };
}

function formatChange({ type, message, breaks }: EventChange): string[] {
  const sign = breaks.length === 0 ? '✓' : '✗';
  return [`  ${sign} ${type}: ${message}`, ...breaks.map((follower) => `      breaks ${follower}`)];
}
