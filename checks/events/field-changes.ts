// What changes for the reader of an event between two schemas of its data. What a follower reads never changes: a field that is removed, of
// another type, format or limit, or with more or fewer values breaks it. Fields that it does not read, and descriptions, change freely.
import { findNullable, type JsonSchema } from './json-schema.ts';

/** Keywords that describe a value and do not limit it. */
const annotations: ReadonlySet<string> = new Set([
  'title',
  'description',
  'examples',
  'deprecated',
  '$comment',
]);

/** Keywords of what a reader looks into member by member. */
const memberKeywords: ReadonlySet<string> = new Set(['properties', 'required', 'items']);

/** One sentence without its end for each change that breaks the reader. */
export function findBreaks(old: JsonSchema, fresh: JsonSchema, reads: JsonSchema, path = ''): string[] {
  const [before, now, read] = [old, fresh, reads].map((schema) => findNullable(schema) ?? schema) as [
    JsonSchema,
    JsonSchema,
    JsonSchema,
  ];
  const nulls =
    findNullable(fresh) !== undefined && findNullable(old) === undefined ? [`${path} may be null now`] : [];
  if (read.properties !== undefined && before.properties !== undefined && now.properties !== undefined)
    return [
      ...nulls,
      ...compareKeywords(before, now, path, true),
      ...compareMembers(before, now, read, path),
    ];
  if (read.items !== undefined && before.items !== undefined && now.items !== undefined)
    return [
      ...nulls,
      ...compareKeywords(before, now, path, true),
      ...findBreaks(before.items, now.items, read.items, `${path}[]`),
    ];
  return [...nulls, ...compareKeywords(before, now, path, false)];
}

function compareMembers(old: JsonSchema, fresh: JsonSchema, reads: JsonSchema, prefix: string): string[] {
  return Object.entries(reads.properties ?? {}).flatMap(([name, read]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    const [before, now] = [old.properties?.[name], fresh.properties?.[name]];
    if (before !== undefined && now === undefined) return [`${path} is removed`];
    const wasThere = before !== undefined && isAlwaysThere(old, name);
    const isThere = now !== undefined && isAlwaysThere(fresh, name);
    // The follower also reads the events that are kept from before the change, and those of instances that still run.
    const lacks =
      !wasThere && isThere && isAlwaysThere(reads, name) ? [`${path} is not in earlier events`] : [];
    const mayLack = wasThere && !isThere ? [`${path} may be absent now`] : [];
    const inside = before === undefined || now === undefined ? [] : findBreaks(before, now, read, path);
    return [...lacks, ...mayLack, ...inside];
  });
}

function isAlwaysThere({ required = [] }: JsonSchema, name: string): boolean {
  return required.includes(name);
}

function compareKeywords(old: JsonSchema, fresh: JsonSchema, path: string, isLookedInto: boolean): string[] {
  // The other keywords follow from the type.
  const hasType = toCanonical({ type: old.type }) === toCanonical({ type: fresh.type });
  const keywords = hasType ? new Set([...Object.keys(old), ...Object.keys(fresh)]) : ['type'];
  return [...keywords]
    .filter((keyword) => !annotations.has(keyword) && !(isLookedInto && memberKeywords.has(keyword)))
    .filter(
      (keyword) => toCanonical({ [keyword]: old[keyword] }) !== toCanonical({ [keyword]: fresh[keyword] }),
    )
    .flatMap((keyword) => describeChange(keyword, old[keyword], fresh[keyword], path));
}

function describeChange(keyword: string, old: unknown, fresh: unknown, path: string): string[] {
  const what = path === '' ? 'the data' : path;
  if (keyword === 'enum' && Array.isArray(old) && Array.isArray(fresh)) {
    const missing = (from: readonly unknown[], of: readonly unknown[]) =>
      of.filter((value) => !from.includes(value)).map((value) => JSON.stringify(value));
    return [
      ...missing(old, fresh).map((value) => `${what} may be ${value} now`),
      ...missing(fresh, old).map((value) => `${what} is never ${value} any more`),
    ];
  }
  const show = (value: unknown) => (value === undefined ? 'absent' : toCanonical(value));
  return [`${keyword} of ${what} is ${show(fresh)}, and was ${show(old)}`];
}

/** Equal texts for schemas that accept the same values: without annotations, and without an order where it means nothing. */
export function toCanonical(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) => {
    if (Array.isArray(part)) return key === 'required' || key === 'enum' ? part.toSorted() : part;
    if (typeof part !== 'object' || part === null) return part;
    // A member of the data may have the name of an annotation. Its value is a schema then.
    const kept = Object.entries(part).filter(
      ([name, inner]) => !annotations.has(name) || typeof inner === 'object',
    );
    return Object.fromEntries(kept.toSorted(([one], [other]) => (one < other ? -1 : 1)));
  });
}
