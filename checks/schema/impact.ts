// Which registered operations a change breaks, and where. An operation breaks when the candidate refuses it, when it may
// be answered null or another type where the base promised more, and when what its variables carry may be refused. It may
// be surprised, no more, by an enum value or a type that it never met, or by a default that decides for it.
import { type GraphQLError, type GraphQLSchema, specifiedRules, validate } from 'graphql';
import { withoutSuggestion } from './answerable.ts';
import { type Effect, getTraits } from './change-types.ts';
import type { Change } from './changes.ts';
import type { JudgedOperation } from './graph-version.ts';
import { type Usage, type Use, usageOf } from './usage.ts';

export interface Hit {
  operation: JudgedOperation;
  place: string;
  line: number;
  why: string;
}

export interface JudgedChange extends Change {
  /** Of a breaking change: what breaks. Of a dangerous one: what may be surprised. */
  hits: readonly Hit[];
}

export interface Judgement {
  changes: readonly JudgedChange[];
  /** Operations that the candidate refuses for no change listed: registered before the graph has what they ask. */
  refused: readonly Hit[];
}

export function judge(
  changes: readonly Change[],
  operations: readonly JudgedOperation[],
  base: GraphQLSchema,
  candidate: GraphQLSchema,
): Judgement {
  const hits = new Map<Change, Hit[]>(changes.map((change) => [change, []]));
  const refused: Hit[] = [];
  for (const operation of operations) {
    // What the base refuses anyway uses nothing of it.
    const known = validate(base, operation.document, specifiedRules).length === 0;
    const usage = known ? usageOf(operation, base) : undefined;
    for (const error of validate(candidate, operation.document, specifiedRules)) {
      const change = usage && causeOf(error, usage, changes);
      const hit = refusalOf(operation, error, usage);
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
    changes: changes.map((change) => ({ ...change, hits: withoutRepetition(hits.get(change) ?? []) })),
    refused: withoutRepetition(refused),
  };
}

function refusalOf(operation: JudgedOperation, error: GraphQLError, usage: Usage | undefined): Hit {
  const uses = (error.nodes ?? []).flatMap((node) => usage?.useOf(node) ?? []);
  // An error about a variable names its declaration first; where it is used says more.
  const use = uses.find(({ place }) => !place.startsWith('$')) ?? uses[0];
  const line = use?.line ?? error.locations?.[0]?.line ?? 1;
  return { operation, place: use?.place ?? 'the operation', line, why: withoutSuggestion(error.message) };
}

/** The breaking change that explains why the candidate refuses a node: the one about the nearest coordinate. */
function causeOf(error: GraphQLError, usage: Usage, changes: readonly Change[]): Change | undefined {
  const breaking = changes.filter(({ level }) => level === 'breaking');
  const coordinates = (error.nodes ?? []).flatMap((node) => usage.useOf(node)?.coordinates ?? []);
  return (
    breaking.find(({ coordinate }) => coordinates.includes(coordinate)) ??
    breaking.find(({ member }) => member !== undefined && coordinates.includes(member)) ??
    breaking.find(({ coordinate }) => coordinates.some((used) => coordinate.startsWith(`${used}.`))) ??
    breaking.find(({ coordinate }) => coordinates.some((used) => used.startsWith(`${coordinate}.`))) ??
    // A removed type is refused where it is named: in a fragment, in a variable.
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
      return uses(`out:${owner}`) ? 'may be answered it' : undefined;
    case 'may return the type':
      return uses(`out:${abstractType}`) ? 'may be answered it' : undefined;
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

/** The refusal of a place says more than the rule about it; both come from one change. */
function withoutRepetition(hits: readonly Hit[]): Hit[] {
  const first = new Map<string, Hit>();
  for (const hit of hits) {
    const key = `${hit.operation.file} ${hit.operation.isOld} ${hit.place}`;
    if (!first.has(key)) first.set(key, hit);
  }
  return [...first.values()];
}
