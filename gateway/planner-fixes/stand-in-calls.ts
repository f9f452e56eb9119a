// A hop that speaks of real fields to the subgraph, and of those that stand in for them to the engine: see stand-in-text.ts. One
// fetch may become several calls; their answers become the one that the engine waits for.
import type { Call, Execute, Operation, ResponseError, SubgraphResponse } from '../../platform/calls/call.ts';
import { createOperationCache } from '../operation-cache.ts';
import { mergeRequiredStandIns, type RequiredStandIns } from './required-stand-ins.ts';
import { type RewrittenOperation, rewriteOperation, type SubgraphStandIns } from './stand-in-text.ts';

/** What is sent in place of a text, made once for each: nothing else where `texts` is empty. */
export interface FetchRewrite {
  operations: readonly RewrittenOperation[];
  /** By type, all stand-ins that a representation may have. */
  requiredStandIns: ReadonlyMap<string, RequiredStandIns>;
  standIns: SubgraphStandIns;
}

export function createFetchRewriter(standIns: SubgraphStandIns): (query: string) => FetchRewrite {
  const remembered = createOperationCache<FetchRewrite>(({ operations: texts }) =>
    texts.reduce((sum, { query }) => sum + query.length, 0),
  );
  return (query) => {
    let wire = remembered.get(query);
    if (wire === undefined) {
      const texts = rewriteOperation(query, standIns);
      wire = { operations: texts, requiredStandIns: mergeAll(texts), standIns };
      remembered.set(query, wire);
    }
    return wire;
  };
}

function mergeAll(texts: readonly RewrittenOperation[]): Map<string, RequiredStandIns> {
  const all = new Map<string, RequiredStandIns>();
  for (const { requiredStandIns } of texts) mergeRequiredStandIns(all, requiredStandIns);
  return all;
}

/** Whether the representations of an operation have what the wire knows of, as far as the first of each type shows. */
export function hasStandInsOf({ requiredStandIns }: FetchRewrite, { variables }: Operation): boolean {
  const representations: unknown = variables?.representations;
  if (requiredStandIns.size === 0 || !Array.isArray(representations)) return true;
  return [...requiredStandIns].every(([type, needed]) => {
    const first: unknown = representations.find(
      (item: { __typename?: unknown } | null) => item?.__typename === type,
    );
    return hasKeys(first, needed);
  });
}

function hasKeys(value: unknown, needed: RequiredStandIns): boolean {
  if (Array.isArray(value)) return hasKeys(value[0], needed);
  if (typeof value !== 'object' || value === null) return true;
  return [...needed].every(
    ([key, inside]) => Object.hasOwn(value, key) && hasKeys((value as Record<string, unknown>)[key], inside),
  );
}

/** Rejects when one of several calls does: to the engine they are one fetch. */
export async function callRewritten(
  wire: FetchRewrite,
  execute: Execute,
  operation: Operation,
  call: Call,
): Promise<SubgraphResponse> {
  const answers = await Promise.all(
    wire.operations.map((text) => execute(buildOperation(text, wire, operation), call)),
  );
  const answer = answers.length === 1 ? answers[0] : mergeResponses(answers);
  if (answer === undefined) throw new Error('a fetch without a text');
  // What is no list of errors, whoever checks the answer must see.
  if (!Array.isArray(answer.errors)) return answer;
  return { ...answer, errors: answer.errors.map((error) => cutErrorPath(error, wire)) };
}

function buildOperation(
  { query, variables: declared, requiredStandIns }: RewrittenOperation,
  wire: FetchRewrite,
  operation: Operation,
): Operation {
  const { representations, ...given } = operation.variables ?? {};
  const isWhole = wire.operations.length === 1;
  const variables = isWhole
    ? given
    : Object.fromEntries(Object.entries(given).filter(([name]) => declared.has(name)));
  if (!Array.isArray(representations)) return { ...operation, query, variables };
  const sent = representations.map((representation: unknown) => {
    const type = (representation as { __typename?: unknown } | null)?.__typename;
    const all = typeof type === 'string' ? wire.requiredStandIns.get(type) : undefined;
    return all === undefined
      ? representation
      : useRealNames(representation, all, requiredStandIns.get(String(type)), wire.standIns);
  });
  return { ...operation, query, variables: { ...variables, representations: sent } };
}

/** A representation with real names: of the stand-ins in it, those that are needed now. */
function useRealNames(
  value: unknown,
  all: RequiredStandIns,
  needed: RequiredStandIns | undefined,
  standIns: SubgraphStandIns,
): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => useRealNames(item, all, needed, standIns));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, inside]): [string, unknown][] => {
    const allInside = all.get(key);
    if (allInside === undefined) return [[key, inside]];
    const real = standIns.fields.get(key)?.name;
    if (real !== undefined && !needed?.has(key)) return [];
    return [[real ?? key, useRealNames(inside, allInside, needed?.get(key), standIns)]];
  });
  return Object.fromEntries(entries);
}

/** Of calls about the same representations: each entity with what every call knows of it. */
function mergeResponses(answers: readonly SubgraphResponse[]): SubgraphResponse {
  const errors = removeDuplicateErrors(answers.flatMap((answer) => answer.errors ?? []));
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
    mergeEntity(lists.map((list) => (list as unknown[])[index])),
  );
  return { data: { _entities: entities }, ...withErrors };
}

function mergeEntity(parts: readonly unknown[]): unknown {
  const odd = parts.find((part) => part !== null && (typeof part !== 'object' || Array.isArray(part)));
  if (odd !== undefined) return odd;
  // As in one call: where a field that may not be null is, the whole entity is lost, and the error there says why.
  if (parts.includes(null)) return null;
  // Made of entries, a key "__proto__" stays a key.
  return Object.fromEntries((parts as object[]).flatMap((part) => Object.entries(part)));
}

/** Each call says of an entity that is not there that it is not. */
function removeDuplicateErrors(errors: readonly ResponseError[]): ResponseError[] {
  const known = new Set<string>();
  return errors.filter((error) => {
    const text = JSON.stringify([error?.message, error?.path, error?.extensions]);
    return !known.has(text) && known.add(text);
  });
}

/** Nobody asked for a field that stands in for another: its error is one of the object that it is in. */
function cutErrorPath(error: ResponseError, { standIns: { fields } }: FetchRewrite): ResponseError {
  if (!Array.isArray(error?.path)) return error;
  const end = error.path.findIndex((key: unknown) => typeof key === 'string' && fields.has(key));
  return end < 0 ? error : { ...error, path: error.path.slice(0, end) };
}
