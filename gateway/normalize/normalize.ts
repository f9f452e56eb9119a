// Normalizes an operation before it is planned, because Apollo's planner and executor make mistakes with some operations that
// clients may write: @skip and @include are resolved (resolve-conditions.ts), nested fragments inlined (inline-fragments.ts), numbers
// that would lose digits marked (keep-literals.ts), and aliases with the name of another field renamed (rename-aliases.ts). The response gets the client's names back. An operation
// that has nothing of this stays the same document.
import type {
  GatewayExecutionResult,
  GatewayExecutor,
  GatewayGraphQLRequestContext,
  GatewayInterface,
} from '@apollo/server-gateway-interface';
import { type DocumentNode, GraphQLError, getOperationAST, parse } from 'graphql';
import { isJsonObject } from '../json-object.ts';
import { createOperationCache, measureDocument } from '../operation-cache.ts';
import { type ResponsePath, truncatePath } from '../response/response-path.ts';
import { wrapExecutor } from '../wrap-executor.ts';
import { inlineFragments } from './inline-fragments.ts';
import { markExactLiterals } from './keep-literals.ts';
import { findUnusedPrefix, getFieldNames, renameAliases } from './rename-aliases.ts';
import {
  type ConditionValues,
  findConditionVariables,
  getConditionValues,
  resolveConditions,
} from './resolve-conditions.ts';

/** The client's response key by the key that replaces it; undefined for a key that the client did not ask for. */
type ClientNames = ReadonlyMap<string, string | undefined>;

interface NormalizedOperation {
  document: DocumentNode;
  names: ClientNames;
  /** The key by which the executors cache its plan. */
  key: string;
}

export function normalizeOperations(inner: GatewayInterface): GatewayInterface {
  const normalizer = new Normalizer();
  inner.onSchemaLoadOrUpdate(({ coreSupergraphSdl }) => normalizer.onSupergraph(coreSupergraphSdl));
  return wrapExecutor(inner, (executor) => executeNormalized(normalizer, executor));
}

function executeNormalized(normalizer: Normalizer, execute: GatewayExecutor): GatewayExecutor {
  return async (request) => {
    const normalized = normalizer.normalize(request);
    if (normalized === undefined) return execute(request);
    const { document, names, key } = normalized;
    const operation = getOperationAST(document, request.operationName);
    if (!operation) throw new Error('the operation is not in its document');
    return restoreResult(await execute({ ...request, document, operation, queryHash: key }), names);
  };
}

class Normalizer {
  #fieldNames: ReadonlySet<string> = new Set();
  /** Supergraphs so far. It is part of the key: the next supergraph may have other field names, and needs plans of its own. */
  #supergraphCount = 0;
  readonly #conditionVariables = createOperationCache<{ names: readonly string[] | undefined }>(
    ({ names }) => String(names).length,
  );
  /** One entry for each operation and each set of values that its conditions have. */
  readonly #normalized = createOperationCache<NormalizedOperation | 'unchanged'>((entry) =>
    entry === 'unchanged' ? 0 : measureDocument(entry.document),
  );

  onSupergraph(supergraphSdl: string): void {
    this.#fieldNames = getFieldNames(parse(supergraphSdl, { noLocation: true }));
    this.#supergraphCount += 1;
    this.#normalized.clear();
  }

  /** Undefined for an operation that needs no change, and for one with an invalid value in a condition: the executor refuses it. */
  normalize(request: GatewayGraphQLRequestContext): NormalizedOperation | undefined {
    const conditions = this.#getConditionValues(request);
    const values = [...(conditions?.values() ?? [])];
    if (values.includes(undefined)) return undefined;
    const { queryHash, operationName } = request;
    const key = `${queryHash} ${operationName ?? ''} ${values.map(Number).join('')} ${this.#supergraphCount}`;
    let entry = this.#normalized.get(key);
    if (entry === undefined) {
      entry = this.#build(request, conditions, key) ?? 'unchanged';
      this.#normalized.set(key, entry);
    }
    return entry === 'unchanged' ? undefined : entry;
  }

  #getConditionValues({ queryHash, document, operation, request }: GatewayGraphQLRequestContext) {
    let entry = this.#conditionVariables.get(queryHash);
    if (entry === undefined) {
      entry = { names: findConditionVariables(document) };
      this.#conditionVariables.set(queryHash, entry);
    }
    return entry.names && getConditionValues(entry.names, operation, request.variables ?? {});
  }

  #build(
    { document, operation, schema }: GatewayGraphQLRequestContext,
    conditions: ConditionValues | undefined,
    key: string,
  ): NormalizedOperation | undefined {
    const placeholder = `${findUnusedPrefix(document)}nothing`;
    const unconditional = conditions
      ? resolveConditions(document, operation, conditions, placeholder)
      : document;
    const inlined = markExactLiterals(inlineFragments(unconditional, schema, placeholder), schema);
    const renamed = renameAliases(inlined, this.#fieldNames);
    if (renamed === undefined && inlined === document) return undefined;
    const names = new Map<string, string | undefined>([...(renamed?.names ?? []), [placeholder, undefined]]);
    return { document: renamed?.document ?? inlined, names, key };
  }
}

function restoreResult(result: GatewayExecutionResult, names: ClientNames): GatewayExecutionResult {
  const { data, errors, extensions } = result;
  const notes = extensions?.valueCompletion;
  return {
    ...result,
    ...(data ? { data: restoreValue(data, names) as Record<string, unknown> } : {}),
    ...(errors ? { errors: errors.map((error) => restoreError(error, data, names)) } : {}),
    ...(Array.isArray(notes)
      ? { extensions: { ...extensions, valueCompletion: notes.map((note) => restoreNote(note, names)) } }
      : {}),
  };
}

/** Keeps the order of the keys. */
function restoreValue(value: unknown, names: ClientNames): unknown {
  if (Array.isArray(value)) return value.map((item) => restoreValue(item, names));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      const name = names.has(key) ? names.get(key) : key;
      return name === undefined ? [] : [[name, restoreValue(inner, names)]];
    }),
  );
}

function restorePath(path: ResponsePath, names: ClientNames): (string | number)[] {
  return path.map((key) => names.get(String(key)) ?? key);
}

/** Truncates the path first: it may end in a field that the client did not ask for. */
function restoreError(error: GraphQLError, data: unknown, names: ClientNames): GraphQLError {
  if (error.path === undefined) return error;
  const { message, originalError, extensions } = error;
  const path = restorePath(data ? truncatePath(data, error.path) : error.path, names);
  return new GraphQLError(message, { path, originalError: originalError ?? null, extensions });
}

function restoreNote(note: { path?: ResponsePath }, names: ClientNames): object {
  return note.path === undefined ? note : { ...note, path: restorePath(note.path, names) };
}
