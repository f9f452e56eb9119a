// What clients may write, and the engine does not always understand: it gets the same question in plainer words, and the
// answer gets the client's names back. Conditions are decided (resolve-conditions.ts), fragments opened (inline-fragments.ts)
// and aliases told apart from fields (rename-aliases.ts); an operation that has none of it stays as it is.
import type {
  GatewayExecutionResult,
  GatewayExecutor,
  GatewayGraphQLRequestContext,
  GatewayInterface,
} from '@apollo/server-gateway-interface';
import { type DocumentNode, GraphQLError, getOperationAST, parse } from 'graphql';
import { createOperationCache, sizeOfDocument } from '../operation-cache.ts';
import { type ResponsePath, truncatePath } from '../response/response-path.ts';
import { wrapExecutor } from '../wrap-executor.ts';
import { inlineFragments } from './inline-fragments.ts';
import { findUnusedPrefix, getFieldNames, renameAliases } from './rename-aliases.ts';
import {
  type ConditionValues,
  findConditionVariables,
  getConditionValues,
  resolveConditions,
} from './resolve-conditions.ts';

/** The client's names, by those that stand in for them; undefined for what no client asked for. */
type ClientNames = ReadonlyMap<string, string | undefined>;

interface NormalizedOperation {
  document: DocumentNode;
  names: ClientNames;
  /** Plans are remembered by it. */
  key: string;
}

export function normalizeOperations(inner: GatewayInterface): GatewayInterface {
  const plainly = new Normalizer();
  inner.onSchemaLoadOrUpdate(({ coreSupergraphSdl }) => plainly.change(coreSupergraphSdl));
  return wrapExecutor(inner, (executor) => executeBy(plainly, executor));
}

function executeBy(plainly: Normalizer, execute: GatewayExecutor): GatewayExecutor {
  return async (request) => {
    const found = plainly.find(request);
    if (found === undefined) return execute(request);
    const { document, names, key } = found;
    const operation = getOperationAST(document, request.operationName);
    if (!operation) throw new Error('the operation is not in its document');
    return restoreResult(await execute({ ...request, document, operation, queryHash: key }), names);
  };
}

class Normalizer {
  #fields: ReadonlySet<string> = new Set();
  /** Graphs so far: a plan of one must not serve another, in which other words may be plain. */
  #graphs = 0;
  readonly #conditions = createOperationCache<{ names: readonly string[] | undefined }>(
    ({ names }) => String(names).length,
  );
  /** One for each set of values in their conditions. */
  readonly #remembered = createOperationCache<NormalizedOperation | 'plain already'>((found) =>
    found === 'plain already' ? 0 : sizeOfDocument(found.document),
  );

  change(supergraphSdl: string): void {
    this.#fields = getFieldNames(parse(supergraphSdl, { noLocation: true }));
    this.#graphs += 1;
    this.#remembered.clear();
  }

  /** Undefined for an operation that is plain already, and for one that is refused anyway. */
  find(request: GatewayGraphQLRequestContext): NormalizedOperation | undefined {
    const decisions = this.#decisionsFor(request);
    const values = [...(decisions?.values() ?? [])];
    if (values.includes(undefined)) return undefined;
    const { queryHash, operationName } = request;
    const key = `${queryHash} ${operationName ?? ''} ${values.map(Number).join('')} ${this.#graphs}`;
    let found = this.#remembered.get(key);
    if (found === undefined) {
      found = this.#plain(request, decisions, key) ?? 'plain already';
      this.#remembered.set(key, found);
    }
    return found === 'plain already' ? undefined : found;
  }

  #decisionsFor({ queryHash, document, operation, request }: GatewayGraphQLRequestContext) {
    let known = this.#conditions.get(queryHash);
    if (known === undefined) {
      known = { names: findConditionVariables(document) };
      this.#conditions.set(queryHash, known);
    }
    return known.names && getConditionValues(known.names, operation, request.variables ?? {});
  }

  #plain(
    { document, operation, schema }: GatewayGraphQLRequestContext,
    decisions: ConditionValues | undefined,
    key: string,
  ): NormalizedOperation | undefined {
    const nothing = `${findUnusedPrefix(document)}nothing`;
    const unconditional = decisions ? resolveConditions(document, operation, decisions, nothing) : document;
    const opened = inlineFragments(unconditional, schema, nothing);
    const apart = renameAliases(opened, this.#fields);
    if (apart === undefined && opened === document) return undefined;
    const names = new Map<string, string | undefined>([...(apart?.names ?? []), [nothing, undefined]]);
    return { document: apart?.document ?? opened, names, key };
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

/** In the order in which they stood. */
function restoreValue(value: unknown, names: ClientNames): unknown {
  if (Array.isArray(value)) return value.map((item) => restoreValue(item, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inside]) => {
      const name = names.has(key) ? names.get(key) : key;
      return name === undefined ? [] : [[name, restoreValue(inside, names)]];
    }),
  );
}

function restorePath(path: ResponsePath, names: ClientNames): (string | number)[] {
  return path.map((key) => names.get(String(key)) ?? key);
}

/** Its path may end in a field for which no client asked, but whose name a client gave to another one. */
function restoreError(error: GraphQLError, data: unknown, names: ClientNames): GraphQLError {
  if (error.path === undefined) return error;
  const { message, originalError, extensions } = error;
  const path = restorePath(data ? truncatePath(data, error.path) : error.path, names);
  return new GraphQLError(message, { path, originalError: originalError ?? null, extensions });
}

function restoreNote(note: { path?: ResponsePath }, names: ClientNames): object {
  return note.path === undefined ? note : { ...note, path: restorePath(note.path, names) };
}
