// A hop that speaks of real fields to the subgraph, and of those that stand in for them to the engine: see stand-in-text.ts. One
// fetch may become several calls; their answers become the one that the engine waits for.
import type { Call, Execute, Operation, ResponseError, SubgraphResponse } from '../../platform/calls/call.ts';
import { createOperationCache } from '../operation-cache.ts';
import { mergeNeeds, type Needs } from './correct-requires.ts';
import { type StandIns, type WireText, wireTexts } from './stand-in-text.ts';

/** What is sent in place of a text, made once for each: nothing else where `texts` is empty. */
export interface Wire {
  texts: readonly WireText[];
  /** By type, all stand-ins that a representation may have. */
  needs: ReadonlyMap<string, Needs>;
  standIns: StandIns;
}

export function wireOf(standIns: StandIns): (query: string) => Wire {
  const remembered = createOperationCache<Wire>(({ texts }) =>
    texts.reduce((sum, { query }) => sum + query.length, 0),
  );
  return (query) => {
    let wire = remembered.get(query);
    if (wire === undefined) {
      const texts = wireTexts(query, standIns);
      wire = { texts, needs: together(texts), standIns };
      remembered.set(query, wire);
    }
    return wire;
  };
}

function together(texts: readonly WireText[]): Map<string, Needs> {
  const all = new Map<string, Needs>();
  for (const { needs } of texts) mergeNeeds(all, needs);
  return all;
}

/** Whether the representations of an operation have what the wire knows of, as far as the first of each type shows. */
export function fits({ needs }: Wire, { variables }: Operation): boolean {
  const representations: unknown = variables?.representations;
  if (needs.size === 0 || !Array.isArray(representations)) return true;
  return [...needs].every(([type, needed]) => {
    const first: unknown = representations.find(
      (item: { __typename?: unknown } | null) => item?.__typename === type,
    );
    return holds(first, needed);
  });
}

function holds(value: unknown, needed: Needs): boolean {
  if (Array.isArray(value)) return holds(value[0], needed);
  if (typeof value !== 'object' || value === null) return true;
  return [...needed].every(
    ([key, inside]) => Object.hasOwn(value, key) && holds((value as Record<string, unknown>)[key], inside),
  );
}

/** Rejects when one of several calls does: to the engine they are one fetch. */
export async function sendOver(
  wire: Wire,
  execute: Execute,
  operation: Operation,
  call: Call,
): Promise<SubgraphResponse> {
  const answers = await Promise.all(
    wire.texts.map((text) => execute(operationFor(text, wire, operation), call)),
  );
  const answer = answers.length === 1 ? answers[0] : merged(answers);
  if (answer === undefined) throw new Error('a fetch without a text');
  // What is no list of errors, whoever checks the answer must see.
  if (!Array.isArray(answer.errors)) return answer;
  return { ...answer, errors: answer.errors.map((error) => cleared(error, wire)) };
}

function operationFor(
  { query, variables: declared, needs }: WireText,
  wire: Wire,
  operation: Operation,
): Operation {
  const { representations, ...given } = operation.variables ?? {};
  const isWhole = wire.texts.length === 1;
  const variables = isWhole
    ? given
    : Object.fromEntries(Object.entries(given).filter(([name]) => declared.has(name)));
  if (!Array.isArray(representations)) return { ...operation, query, variables };
  const sent = representations.map((representation: unknown) => {
    const type = (representation as { __typename?: unknown } | null)?.__typename;
    const all = typeof type === 'string' ? wire.needs.get(type) : undefined;
    return all === undefined
      ? representation
      : named(representation, all, needs.get(String(type)), wire.standIns);
  });
  return { ...operation, query, variables: { ...variables, representations: sent } };
}

/** A representation with real names: of the stand-ins in it, those that are needed now. */
function named(value: unknown, all: Needs, needed: Needs | undefined, standIns: StandIns): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => named(item, all, needed, standIns));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, inside]): [string, unknown][] => {
    const allInside = all.get(key);
    if (allInside === undefined) return [[key, inside]];
    const real = standIns.fields.get(key)?.name;
    if (real !== undefined && !needed?.has(key)) return [];
    return [[real ?? key, named(inside, allInside, needed?.get(key), standIns)]];
  });
  return Object.fromEntries(entries);
}

/** Of calls about the same representations: each entity with what every call knows of it. */
function merged(answers: readonly SubgraphResponse[]): SubgraphResponse {
  const errors = onceEach(answers.flatMap((answer) => answer.errors ?? []));
  const withErrors = errors.length > 0 ? { errors } : {};
  const silent = answers.find((answer) => !answer.data && !answer.errors?.length);
  if (silent !== undefined) return silent;
  const lists = answers.flatMap(({ data }) => (data ? [data._entities] : []));
  const first = lists[0];
  if (first === undefined) return { data: null, ...withErrors };
  // What is no list, or one of another length, fits nothing: whoever checks the answer must see it.
  const odd = lists.find((list) => !Array.isArray(list) || list.length !== (first as unknown[]).length);
  if (odd !== undefined || !Array.isArray(first)) return { data: { _entities: odd ?? first }, ...withErrors };
  const entities = first.map((_entity: unknown, index) =>
    mergedEntity(lists.map((list) => (list as unknown[])[index])),
  );
  return { data: { _entities: entities }, ...withErrors };
}

function mergedEntity(parts: readonly unknown[]): unknown {
  const odd = parts.find((part) => part !== null && (typeof part !== 'object' || Array.isArray(part)));
  if (odd !== undefined) return odd;
  // As in one call: where a field that may not be null is, the whole entity is lost, and the error there says why.
  if (parts.includes(null)) return null;
  // Made of entries, a key "__proto__" stays a key.
  return Object.fromEntries((parts as object[]).flatMap((part) => Object.entries(part)));
}

/** Each call says of an entity that is not there that it is not. */
function onceEach(errors: readonly ResponseError[]): ResponseError[] {
  const known = new Set<string>();
  return errors.filter((error) => {
    const text = JSON.stringify([error?.message, error?.path, error?.extensions]);
    return !known.has(text) && known.add(text);
  });
}

/** Nobody asked for a field that stands in for another: its error is one of the object that it is in. */
function cleared(error: ResponseError, { standIns: { fields } }: Wire): ResponseError {
  if (!Array.isArray(error?.path)) return error;
  const end = error.path.findIndex((key: unknown) => typeof key === 'string' && fields.has(key));
  return end < 0 ? error : { ...error, path: error.path.slice(0, end) };
}
