// Calls a subgraph for a fetch with stand-ins: with the real fields (stand-in-text.ts), and with representations that have their
// real names. One fetch may become several subgraph calls, whose responses are merged into one.
import type { Call, Execute, Operation, ResponseError, SubgraphResponse } from '../../platform/calls/call.ts';
import { isJsonObject } from '../json-object.ts';
import { createOperationCache } from '../operation-cache.ts';
import { mergeRequiredStandIns, type RequiredStandIns } from './required-stand-ins.ts';
import { type RewrittenOperation, rewriteOperation, type SubgraphStandIns } from './stand-in-text.ts';

/** The operations that take the place of the operation of a fetch; none where the subgraph can be called with it as it is. */
export interface FetchRewrite {
  operations: readonly RewrittenOperation[];
  /** All stand-ins that a representation may have, by type. */
  requiredStandIns: ReadonlyMap<string, RequiredStandIns>;
  standIns: SubgraphStandIns;
}

export function createFetchRewriter(standIns: SubgraphStandIns): (query: string) => FetchRewrite {
  const cache = createOperationCache<FetchRewrite>(({ operations }) =>
    operations.reduce((sum, { query }) => sum + query.length, 0),
  );
  return (query) => {
    let rewrite = cache.get(query);
    if (rewrite === undefined) {
      const operations = rewriteOperation(query, standIns);
      rewrite = { operations, requiredStandIns: mergeAll(operations), standIns };
      cache.set(query, rewrite);
    }
    return rewrite;
  };
}

function mergeAll(operations: readonly RewrittenOperation[]): Map<string, RequiredStandIns> {
  const all = new Map<string, RequiredStandIns>();
  for (const { requiredStandIns } of operations) mergeRequiredStandIns(all, requiredStandIns);
  return all;
}

/** Whether the representations of an operation have the stand-ins of a rewrite. Checks the first representation of each type. */
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
    ([key, inner]) => Object.hasOwn(value, key) && hasKeys((value as Record<string, unknown>)[key], inner),
  );
}

/** Rejects when one of several calls rejects: to the executor they are one fetch. */
export async function callRewritten(
  rewrite: FetchRewrite,
  execute: Execute,
  operation: Operation,
  call: Call,
): Promise<SubgraphResponse> {
  const responses = await Promise.all(
    rewrite.operations.map((rewritten) => execute(buildOperation(rewritten, rewrite, operation), call)),
  );
  const response = responses.length === 1 ? responses[0] : mergeResponses(responses);
  if (response === undefined) throw new Error('the rewrite of a fetch has no operation');
  // An invalid list of errors stays as it is, so that the check of the response finds it.
  if (!Array.isArray(response.errors)) return response;
  return { ...response, errors: response.errors.map((error) => cutErrorPath(error, rewrite)) };
}

function buildOperation(
  { query, variables: declared, requiredStandIns }: RewrittenOperation,
  rewrite: FetchRewrite,
  operation: Operation,
): Operation {
  const { representations, ...others } = operation.variables ?? {};
  const isWhole = rewrite.operations.length === 1;
  const variables = isWhole
    ? others
    : Object.fromEntries(Object.entries(others).filter(([name]) => declared.has(name)));
  if (!Array.isArray(representations)) return { ...operation, query, variables };
  const sent = representations.map((representation: unknown) => {
    const type = (representation as { __typename?: unknown } | null)?.__typename;
    const all = typeof type === 'string' ? rewrite.requiredStandIns.get(type) : undefined;
    return all === undefined
      ? representation
      : useRealNames(representation, all, requiredStandIns.get(String(type)), rewrite.standIns);
  });
  return { ...operation, query, variables: { ...variables, representations: sent } };
}

/** A representation under real names, with only those of its stand-ins that `needed` has. */
function useRealNames(
  value: unknown,
  all: RequiredStandIns,
  needed: RequiredStandIns | undefined,
  standIns: SubgraphStandIns,
): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => useRealNames(item, all, needed, standIns));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    const innerStandIns = all.get(key);
    if (innerStandIns === undefined) return [[key, inner]];
    const real = standIns.fields.get(key)?.name;
    if (real !== undefined && !needed?.has(key)) return [];
    return [[real ?? key, useRealNames(inner, innerStandIns, needed?.get(key), standIns)]];
  });
  return Object.fromEntries(entries);
}

/** Merges the responses to calls with the same representations: each entity gets the fields of all calls. */
function mergeResponses(responses: readonly SubgraphResponse[]): SubgraphResponse {
  const errors = removeDuplicateErrors(responses.flatMap((response) => response.errors ?? []));
  const withErrors = errors.length > 0 ? { errors } : {};
  const empty = responses.find((response) => !response.data && !response.errors?.length);
  if (empty !== undefined) return empty;
  const lists = responses.flatMap(({ data }) => (data ? [data._entities] : []));
  const first = lists[0];
  if (first === undefined) return { data: null, ...withErrors };
  // An invalid list, or one of another length, stays as it is, so that the check of the response finds it.
  const invalid = lists.find((list) => !Array.isArray(list) || list.length !== (first as unknown[]).length);
  if (invalid !== undefined || !Array.isArray(first))
    return { data: { _entities: invalid ?? first }, ...withErrors };
  const entities = first.map((_entity: unknown, index) =>
    mergeEntity(lists.map((list) => (list as unknown[])[index])),
  );
  return { data: { _entities: entities }, ...withErrors };
}

function mergeEntity(parts: readonly unknown[]): unknown {
  const invalid = parts.find((part) => part !== null && (typeof part !== 'object' || Array.isArray(part)));
  if (invalid !== undefined) return invalid;
  // As in one call: a null in a field that is not nullable makes the whole entity null, and an error says why.
  if (parts.includes(null)) return null;
  // Built from entries, so that a key "__proto__" stays a key.
  return Object.fromEntries((parts as object[]).flatMap((part) => Object.entries(part)));
}

/** For a missing entity, each call has the same error. */
function removeDuplicateErrors(errors: readonly ResponseError[]): ResponseError[] {
  const known = new Set<string>();
  return errors.filter((error) => {
    const text = JSON.stringify([error?.message, error?.path, error?.extensions]);
    return !known.has(text) && known.add(text);
  });
}

/** The client did not select a stand-in: the path of its error ends at the object that has it. */
function cutErrorPath(error: ResponseError, { standIns: { fields } }: FetchRewrite): ResponseError {
  if (!Array.isArray(error?.path)) return error;
  const end = error.path.findIndex((key: unknown) => typeof key === 'string' && fields.has(key));
  return end < 0 ? error : { ...error, path: error.path.slice(0, end) };
}
