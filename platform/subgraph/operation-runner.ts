// Executes operations on the schema of one subgraph. Each text is parsed, validated and compiled once, and kept in a bounded cache.
import { type DocumentNode, GraphQLError, type GraphQLSchema, Kind, parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Call, Execute, ResponseError, SubgraphResponse } from '../calls/call.ts';
import { buildInternalError, toResponseErrors } from '../calls/public-errors.ts';
import type { TraceScope } from '../calls/trace.ts';
import type { FallbackReason } from '../execution/compile.ts';
import { compileDocument, type ExecuteDocument } from '../execution/execution.ts';
import type { OnMissingProperty } from '../execution/field.ts';
import { validateDocument } from '../execution/validate.ts';
import type { Refusal } from '../values/refusal.ts';
import type { Context, RequestContext } from './context.ts';
import { buildReferenceCounter, type CountReferences, checkReferenceCount } from './representations.ts';
import { getLine } from './unanswered-fields.ts';

/**
 * Maximum number of prepared operations, and of characters in their texts. The gateway sends few and short texts. The texts of an
 * attacker only replace each other. The memory of a prepared operation is 150 times its text: 75 MB at most.
 */
const maxPreparedOperations = 1000;
const maxPreparedCharacters = 500_000;

type Prepared =
  | { execute: ExecuteDocument; name: string; countReferences: CountReferences }
  | { errors: readonly ResponseError[] };

export interface OperationRunnerOptions {
  /** Maximum number of entity references in one operation. */
  maxReferences?: number;
  /** True in production: no message names a field, an argument or an enum value that the operation did not name. */
  hideSuggestions?: boolean;
  /** Receives the reason each time that graphql-js executes an operation: see platform/execution/execution.ts. */
  onFallback?: (reason: FallbackReason) => void;
  onMissingProperty?: OnMissingProperty;
  runInTrace?: TraceScope['run'];
}

export function createOperationRunner(
  schema: GraphQLSchema,
  ctx: Context,
  options: OperationRunnerOptions = {},
): Execute {
  const { maxReferences = 10_000, onMissingProperty = createMissingPropertyLog(ctx) } = options;
  const runInTrace: TraceScope['run'] = options.runInTrace ?? ((_traceId, work) => work());
  const prepared = new LRUCache<string, Prepared>({
    max: maxPreparedOperations,
    maxSize: maxPreparedCharacters,
    sizeCalculation: (known, text) => text.length + 1 + ('errors' in known ? measureErrors(known.errors) : 0),
  });
  const prepare = (query: string): Prepared => {
    const known = prepared.get(query);
    if (known !== undefined) return known;
    const created = parseAndValidate(schema, query, { ...options, onMissingProperty });
    prepared.set(query, created);
    return created;
  };

  return async (operation, call): Promise<SubgraphResponse> => {
    call.signal.throwIfAborted();
    const ready = prepare(operation.query);
    if ('errors' in ready) return { errors: ready.errors };
    const refusal = checkReferenceCount(maxReferences, ready.countReferences(operation.variables ?? {}));
    if (refusal !== undefined) return { errors: toResponseErrors([toGraphQLError(refusal)], call, ctx.log) };
    const contextValue = createRequestContext(ctx, call);
    try {
      ctx.crashPoint(`before ${ready.name}`);
      const { data, errors } = await runInTrace(call.traceId, () =>
        ready.execute({
          operationName: operation.operationName,
          variableValues: operation.variables,
          contextValue,
        }),
      );
      ctx.crashPoint(`after ${ready.name}`);
      return errors === undefined ? { data } : { data, errors: toResponseErrors(errors, call, ctx.log) };
    } catch (cause) {
      ctx.log.error({ err: cause, traceId: call.traceId }, 'an operation failed');
      return { errors: [buildInternalError(call.traceId)] };
    }
  };
}

/** Says once of each field that nothing answers it. The comparison at the start knows only types whose rows are in a table. */
function createMissingPropertyLog({ log }: Context): OnMissingProperty {
  const reported = new Set<string>();
  return (typeName, definition) => {
    const field = `${typeName}.${definition.name}`;
    if (reported.has(field)) return;
    reported.add(field);
    log.warn(
      { field, line: getLine(definition) },
      `${field} has no resolver, and its object has no property "${definition.name}": it answers null`,
    );
  };
}

function createRequestContext(ctx: Context, call: Call): RequestContext {
  return {
    ...ctx,
    viewer: call.viewer,
    signal: call.signal,
    deadline: call.deadline,
    traceId: call.traceId,
    address: call.address,
    requestReads: new Map(),
  };
}

function parseAndValidate(
  schema: GraphQLSchema,
  query: string,
  { hideSuggestions = false, onFallback, onMissingProperty }: OperationRunnerOptions,
): Prepared {
  try {
    const document = parse(query, { maxTokens: 10_000 });
    const errors = validateDocument(schema, document, { hideSuggestions });
    if (errors.length === 0) {
      const execute = compileDocument(schema, document, onFallback, hideSuggestions, onMissingProperty);
      return {
        execute,
        name: getOperationName(document),
        countReferences: buildReferenceCounter(document),
      };
    }
    return { errors: errors.map((error) => toAnswer(error, 'GRAPHQL_VALIDATION_FAILED')) };
  } catch (cause) {
    if (cause instanceof GraphQLError) return { errors: [toAnswer(cause, 'GRAPHQL_PARSE_FAILED')] };
    throw cause;
  }
}

/** Name of the first operation. Empty when it has none. */
function getOperationName(document: DocumentNode): string {
  const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  return operation?.kind === Kind.OPERATION_DEFINITION ? (operation.name?.value ?? '') : '';
}

function toGraphQLError(refusal: Refusal): GraphQLError {
  return new GraphQLError(refusal.message, { originalError: refusal });
}

/** In characters. A message repeats names of the operation. */
function measureErrors(errors: readonly ResponseError[]): number {
  return errors.reduce((sum, { message }) => sum + message.length, 0);
}

/** The answer alone: the error holds the document, and its stack the parser and the call that came first. */
function toAnswer({ message }: GraphQLError, code: string): ResponseError {
  return { message, extensions: { code } };
}
