// Finds the registered operations that a change breaks, and where. An operation breaks when the candidate refuses it, when a field
// may be null or of another type where the base promised more, and when a value of its variables may be refused. A new enum
// value, a new type or another default may surprise an operation, which does not fail the check.
import { type GraphQLError, type GraphQLSchema, specifiedRules, validate } from 'graphql';
import { withoutSuggestion } from './answerable.ts';
import { type Effect, getTraits } from './change-types.ts';
import type { Change } from './changes.ts';
import type { ComparedOperation } from './graph-version.ts';
import { findUsage, type Usage, type Use } from './usage.ts';

export interface Hit {
  operation: ComparedOperation;
  place: string;
  line: number;
  why: string;
}

export interface AssessedChange extends Change {
  /** The operations that a breaking change breaks, or that a dangerous change may surprise. */
  hits: readonly Hit[];
}

export interface Impact {
  changes: readonly AssessedChange[];
  /** Operations that the candidate refuses although no change explains it: the graph never had their fields. */
  refused: readonly Hit[];
}

export function assessImpact(
  changes: readonly Change[],
  operations: readonly ComparedOperation[],
  base: GraphQLSchema,
  candidate: GraphQLSchema,
): Impact {
  const hits = new Map<Change, Hit[]>(changes.map((change) => [change, []]));
  const refused: Hit[] = [];
  for (const operation of operations) {
    // An operation that is not valid for the base uses no element of it.
    const known = validate(base, operation.document, specifiedRules).length === 0;
    const usage = known ? findUsage(operation, base) : undefined;
    for (const error of validate(candidate, operation.document, specifiedRules)) {
      const change = usage && findCause(error, usage, changes);
      const hit = describeRefusal(operation, error, usage);
      if (change === undefined) refused.push(hit);
      else hits.get(change)?.push(hit);
    }
    if (usage === undefined) continue;
    for (const change of changes)
      for (const use of usage.uses) {
        const why = findEffect(change, use);
        if (why !== undefined) hits.get(change)?.push({ operation, place: use.place, line: use.line, why });
      }
  }
  return {
    changes: changes.map((change) => ({ ...change, hits: removeRepetition(hits.get(change) ?? []) })),
    refused: removeRepetition(refused),
  };
}

function describeRefusal(operation: ComparedOperation, error: GraphQLError, usage: Usage | undefined): Hit {
  const uses = (error.nodes ?? []).flatMap((node) => usage?.findUse(node) ?? []);
  // An error about a variable names its declaration first. The place where the variable is used tells more.
  const use = uses.find(({ place }) => !place.startsWith('$')) ?? uses[0];
  const line = use?.line ?? error.locations?.[0]?.line ?? 1;
  return { operation, place: use?.place ?? 'the operation', line, why: withoutSuggestion(error.message) };
}

/** The breaking change that explains an error of the candidate: the one with the nearest coordinate. */
function findCause(error: GraphQLError, usage: Usage, changes: readonly Change[]): Change | undefined {
  const breaking = changes.filter(({ level }) => level === 'breaking');
  const coordinates = (error.nodes ?? []).flatMap((node) => usage.findUse(node)?.coordinates ?? []);
  return (
    breaking.find(({ coordinate }) => coordinates.includes(coordinate)) ??
    breaking.find(({ member }) => member !== undefined && coordinates.includes(member)) ??
    breaking.find(({ coordinate }) => coordinates.some((used) => coordinate.startsWith(`${used}.`))) ??
    breaking.find(({ coordinate }) => coordinates.some((used) => used.startsWith(`${coordinate}.`))) ??
    // The error of a removed type stands where its name is used: in a fragment or in a variable.
    breaking.find(({ coordinate }) => coordinates.includes(`in:${coordinate}`))
  );
}

/** Why a client may notice the change although the candidate still accepts the operation; undefined where it may not. */
function findEffect(change: Change, use: Use): string | undefined {
  const { ifBreaking, ifDangerous } = getTraits(change.type);
  const effect = { breaking: ifBreaking, dangerous: ifDangerous, safe: undefined }[change.level];
  return effect && describeEffect(effect, change, use);
}

/** Undefined where the operation does not use the changed element in a way that has this effect. */
function describeEffect(
  effect: Effect,
  { coordinate, abstractType }: Change,
  { coordinates, place, given }: Use,
): string | undefined {
  const uses = (coordinate: string) => coordinates.includes(coordinate);
  const owner = coordinate.replace(/\.[^.]*$/, '');
  switch (effect) {
    case 'returns another type':
      return uses(coordinate) ? 'promises less than it did' : undefined;
    case 'may return the enum value':
      return uses(`out:${owner}`) ? 'may receive it' : undefined;
    case 'may return the type':
      return uses(`out:${abstractType}`) ? 'may receive it' : undefined;
    case 'uses the field':
      return uses(coordinate) ? 'uses the field' : undefined;
    case 'omits the argument':
      return uses(owner) && !given?.includes(coordinate.slice(owner.length + 1))
        ? 'gives no value'
        : undefined;
    // Validation refuses a literal value; what a variable carries is known at run time only.
    case 'variable lacks it':
      return uses(`in:${owner}`) ? `${place} lacks it` : undefined;
    case 'variable may carry it':
      return uses(`in:${owner}`) ? `${place} may carry it` : undefined;
    case 'variable may omit it':
      return uses(`in:${owner}`) ? `${place} may give no value` : undefined;
  }
}

/** Keeps the first hit of each place: an error of validation comes before the effect of the same change. */
function removeRepetition(hits: readonly Hit[]): Hit[] {
  const first = new Map<string, Hit>();
  for (const hit of hits) {
    const key = `${hit.operation.file} ${hit.operation.isOld} ${hit.place}`;
    if (!first.has(key)) first.set(key, hit);
  }
  return [...first.values()];
}
