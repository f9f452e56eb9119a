// Turns every error into its public form before the client gets it. A subgraph's refusal already has that form, and an error
// that the client caused keeps its message. Everything else becomes INTERNAL_SERVER_ERROR, with the trace id and nothing more.
import type { GraphQLFormattedError } from 'graphql';
import type { Log } from '../platform/process/log.ts';
import { platformCodes } from '../platform/values/refusal.ts';

/** The codes of the gateway itself, in addition to the refusals of the subgraphs. A code that both answer has one message. */
export const gatewayCodes = {
  BAD_REQUEST: 'The HTTP request is not a GraphQL request.',
  BAD_USER_INPUT: platformCodes.BAD_USER_INPUT,
  BATCHING_NOT_SUPPORTED: 'A request may contain one operation only.',
  COST_TOO_HIGH: 'The operation exceeds the allowed cost.',
  FORBIDDEN: platformCodes.FORBIDDEN,
  GRAPHQL_PARSE_FAILED: 'The document is not valid GraphQL.',
  GRAPHQL_VALIDATION_FAILED: 'The operation does not match the schema.',
  HEADERS_TOO_LARGE: 'The request line and the headers exceed the allowed size.',
  HOST_NOT_ALLOWED:
    'The gateway does not answer under this host name; its operator can add it to ALLOWED_HOSTS.',
  INPUT_LIST_TOO_LONG: 'A list in the request has too many items.',
  INTERNAL_SERVER_ERROR: platformCodes.INTERNAL_SERVER_ERROR,
  INTROSPECTION_TOO_DEEP: 'The introspection nests lists too deeply.',
  LIST_SIZE_UNKNOWN: 'The operation asks for a list without limiting its size.',
  LIST_TOO_LONG: 'The operation asks for a list with too many entries.',
  METHOD_NOT_ALLOWED: 'This path does not accept the HTTP method.',
  MUTATION_REPEATED: 'The operation selects an expensive mutation more than once.',
  NESTING_TOO_DEEP: 'Brackets, fragments or values are nested too deeply.',
  NOT_ACCEPTABLE:
    'The gateway responds with application/json or application/graphql-response+json, in UTF-8.',
  NOT_FOUND: 'This path does not exist; the graph is at /graphql.',
  OPERATION_NOT_REGISTERED: 'The gateway accepts registered operations only.',
  OPERATION_RESOLUTION_FAILURE: 'The request does not name the operation to run.',
  OPERATION_TOO_DEEP: 'The operation nests fields too deeply.',
  OPERATION_TOO_EXPENSIVE: 'Planning the operation takes too much time or memory.',
  OPERATION_TOO_LONG: 'The document has too many tokens.',
  OVERLOADED: platformCodes.OVERLOADED,
  PAYLOAD_TOO_LARGE: 'The request body exceeds the allowed size.',
  PERSISTED_QUERY_HASH_MISMATCH: 'The hash does not match the query in the same request.',
  PERSISTED_QUERY_NOT_FOUND: 'The gateway does not know this hash; send the query with it once.',
  PERSISTED_QUERY_NOT_SUPPORTED: 'Persisted queries are disabled.',
  PLANNER_BUSY: 'Too many new operations wait to be planned. Try again in a few seconds.',
  REQUEST_TIMEOUT: 'The request did not arrive in time.',
  SUBGRAPH_ANSWER_INVALID: 'A part of the graph sent a response that does not match the schema.',
  SUBGRAPH_UNAVAILABLE: platformCodes.SUBGRAPH_UNAVAILABLE,
  TOO_MANY_ALIASES: 'The operation has too many aliases.',
  TOO_MANY_DIRECTIVES: 'The operation has too many directives.',
  TOO_MANY_REPEATED_FIELDS: 'The document repeats the same fields too often.',
  TOO_MANY_ROOT_FIELDS: 'The operation has too many fields at its root.',
  TOO_MANY_SELECTIONS: 'The document has too many selections with its fragments expanded.',
  UNAUTHENTICATED: platformCodes.UNAUTHENTICATED,
  UNSUPPORTED_MEDIA_TYPE: 'The request body is not application/json in UTF-8.',
} as const;

/** Refusals that end by themselves: they tell in `extensions.retryAfter`, and in the header Retry-After, after how many seconds. */
export const codesWithRetryAfter: ReadonlySet<unknown> = new Set(['OVERLOADED', 'TOO_MANY_ATTEMPTS']);

/** The message of every internal error that a client gets. */
export const maskedErrorMessage = platformCodes.INTERNAL_SERVER_ERROR;

/** The public form of an error has a code, a message and a path. It has no subgraph name, address, SQL or stack trace. */
export function toPublicError(
  formatted: GraphQLFormattedError,
  traceId: string | undefined,
  log: Log,
): GraphQLFormattedError {
  const { serviceName, stacktrace: _stacktrace, ...extensions } = formatted.extensions ?? {};
  const code = extensions.code;
  const isFromSubgraph = typeof serviceName === 'string' && typeof code === 'string';
  if (isFromSubgraph && code !== 'DOWNSTREAM_SERVICE_ERROR') return { ...formatted, extensions };
  const isGatewayCode = typeof code === 'string' && Object.hasOwn(gatewayCodes, code);
  if (isGatewayCode && code !== 'INTERNAL_SERVER_ERROR') return { ...formatted, extensions: { code } };
  log.error({ err: formatted, traceId }, 'the gateway failed');
  return {
    message: maskedErrorMessage,
    ...(formatted.path === undefined ? {} : { path: formatted.path }),
    extensions: { code: 'INTERNAL_SERVER_ERROR', ...(traceId === undefined ? {} : { traceId }) },
  };
}

/** The response to an HTTP request that is no GraphQL request, in the shape of GraphQL's errors: front-ends read one shape. */
export function toPublicHttpError(error: { statusCode?: number; message: string }, log: Log) {
  const status = error.statusCode ?? 500;
  if (status >= 500) log.error({ err: error }, 'the gateway failed');
  const code = codeByStatus[status] ?? (status < 500 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR');
  return { status, body: { errors: [{ message: gatewayCodes[code], extensions: { code } }] } };
}

const codeByStatus: Readonly<Record<number, keyof typeof gatewayCodes>> = {
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  406: 'NOT_ACCEPTABLE',
  408: 'REQUEST_TIMEOUT',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  431: 'HEADERS_TOO_LARGE',
};
