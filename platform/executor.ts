// Runs operations on one subgraph's schema: parse and validate once per text (bounded cache), execute per call.
import { type DocumentNode, execute, GraphQLError, type GraphQLSchema, Kind, parse, validate } from 'graphql';
import { LRUCache } from 'lru-cache';
import { internalError, publicErrors } from './answer.ts';
import type { Context, RequestContext } from './context.ts';
import type { Answer, Execute } from './execute.ts';

/** Distinct operation texts kept ready. The gateway sends few; an adversary's only push each other out. */
const rememberedOperations = 1000;

type Prepared = { document: DocumentNode; name: string } | { errors: readonly GraphQLError[] };

export function executorOf(schema: GraphQLSchema, ctx: Context): Execute {
  const prepared = new LRUCache<string, Prepared>({ max: rememberedOperations });
  const prepare = (query: string): Prepared => {
    const known = prepared.get(query);
    if (known !== undefined) return known;
    const fresh = parseAndValidate(schema, query);
    prepared.set(query, fresh);
    return fresh;
  };

  return async (operation, call): Promise<Answer> => {
    call.signal.throwIfAborted();
    const ready = prepare(operation.query);
    if ('errors' in ready) return { errors: publicErrors(ready.errors, call, ctx.log) };
    const contextValue: RequestContext = {
      ...ctx,
      viewer: call.viewer,
      signal: call.signal,
      deadline: call.deadline,
      traceId: call.traceId,
      batches: new Map(),
    };
    try {
      ctx.at(`before ${ready.name}`);
      const { data, errors } = await execute({
        schema,
        document: ready.document,
        operationName: operation.operationName,
        variableValues: operation.variables,
        contextValue,
      });
      ctx.at(`after ${ready.name}`);
      return errors === undefined ? { data } : { data, errors: publicErrors(errors, call, ctx.log) };
    } catch (cause) {
      ctx.log.error({ err: cause, traceId: call.traceId }, 'an operation failed');
      return { errors: [internalError(call.traceId)] };
    }
  };
}

function parseAndValidate(schema: GraphQLSchema, query: string): Prepared {
  try {
    const document = parse(query, { maxTokens: 10_000 });
    const errors = validate(schema, document);
    if (errors.length === 0) return { document, name: nameOf(document) };
    return { errors: errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED')) };
  } catch (cause) {
    if (cause instanceof GraphQLError) return { errors: [withCode(cause, 'GRAPHQL_PARSE_FAILED')] };
    throw cause;
  }
}

/** Name of the first operation; empty for one without. */
function nameOf(document: DocumentNode): string {
  const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  return operation?.kind === Kind.OPERATION_DEFINITION ? (operation.name?.value ?? '') : '';
}

function withCode(error: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(error.message, { nodes: error.nodes ?? null, extensions: { code } });
}
