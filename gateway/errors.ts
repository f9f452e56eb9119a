// The last place an error passes before the client. What a subgraph refused is already in public form; what the client
// did wrong keeps its message; everything else leaves as INTERNAL_SERVER_ERROR with nothing but the trace id.
import type { GraphQLFormattedError } from 'graphql';
import type { Log } from '../platform/process/log.ts';

/** Codes the gateway itself answers, beside the refusals of the subgraphs. */
export const gatewayCodes = {
  BAD_REQUEST: 'The HTTP request is not a GraphQL request.',
  BAD_USER_INPUT: 'A variable has a value that its type does not take.',
  BATCHING_NOT_SUPPORTED: 'One request carries one operation.',
  COST_TOO_HIGH: 'The operation costs more than one may.',
  FORBIDDEN: 'Whoever is signed in may not do this.',
  GRAPHQL_PARSE_FAILED: 'The operation is not GraphQL.',
  GRAPHQL_VALIDATION_FAILED: 'The operation does not fit the graph.',
  HEADERS_TOO_LARGE: 'The request line and the headers are larger than the gateway reads.',
  INPUT_LIST_TOO_LONG: 'A list that is sent has more items than one may have.',
  INTERNAL_SERVER_ERROR: 'A fault on our side; the trace id finds it in the logs.',
  INTROSPECTION_TOO_DEEP: 'The schema is asked for lists within lists within lists.',
  LIST_SIZE_UNKNOWN: 'A list that can be long is asked for without saying how long.',
  LIST_TOO_LONG: 'More entries are asked for than one list may have.',
  METHOD_NOT_ALLOWED: 'This address takes other methods.',
  MUTATION_REPEATED: 'A mutation that costs much stands more than once in the operation.',
  NESTING_TOO_DEEP: 'Brackets, fragments or values stand too deep within one another.',
  NOT_ACCEPTABLE: 'The answer is application/json or application/graphql-response+json, in UTF-8.',
  NOT_FOUND: 'There is nothing at this address; the graph is at /graphql.',
  OPERATION_NOT_REGISTERED: 'This graph answers only the operations that are registered with it.',
  OPERATION_RESOLUTION_FAILURE: 'The request does not say which of its operations to run.',
  OPERATION_TOO_DEEP: 'Fields stand too deep within fields.',
  OPERATION_TOO_LONG: 'The document has too many tokens.',
  PAYLOAD_TOO_LARGE: 'The request body is larger than the gateway reads.',
  PERSISTED_QUERY_HASH_MISMATCH: 'The hash is not that of the operation it came with.',
  PERSISTED_QUERY_NOT_FOUND: 'Send the operation with its hash once.',
  PERSISTED_QUERY_NOT_SUPPORTED: 'Persisted queries are off.',
  REQUEST_TIMEOUT: 'The request did not arrive in time.',
  SUBGRAPH_ANSWER_INVALID: 'A part of the graph answered something that does not fit the graph.',
  SUBGRAPH_UNAVAILABLE: 'A part of the graph is not available right now.',
  TOO_MANY_ALIASES: 'The operation has too many aliases.',
  TOO_MANY_DIRECTIVES: 'The operation has too many directives.',
  TOO_MANY_REPEATED_FIELDS: 'The same fields stand in the document too often.',
  TOO_MANY_ROOT_FIELDS: 'The operation has too many fields at its root.',
  TOO_MANY_SELECTIONS: 'The document is too large once its fragments are spread out.',
  UNAUTHENTICATED: 'The session token is not valid or no longer valid.',
  UNSUPPORTED_MEDIA_TYPE: 'The request body is not application/json in UTF-8.',
} as const;

/** All that a client is told of a fault of ours. */
export const maskedErrorMessage = 'Something failed on our side.';

/** The public form of an error: code, message, path; no subgraph name, address, SQL or stack trace. */
export function toPublicError(
  formatted: GraphQLFormattedError,
  traceId: string | undefined,
  log: Log,
): GraphQLFormattedError {
  const { serviceName, stacktrace: _stacktrace, ...extensions } = formatted.extensions ?? {};
  const code = extensions.code;
  const isFromSubgraph = typeof serviceName === 'string' && typeof code === 'string';
  if (isFromSubgraph && code !== 'DOWNSTREAM_SERVICE_ERROR') return { ...formatted, extensions };
  const isOurs = typeof code === 'string' && Object.hasOwn(gatewayCodes, code);
  if (isOurs && code !== 'INTERNAL_SERVER_ERROR') return { ...formatted, extensions: { code } };
  log.error({ err: formatted, traceId }, 'the gateway failed');
  return {
    message: maskedErrorMessage,
    ...(formatted.path === undefined ? {} : { path: formatted.path }),
    extensions: { code: 'INTERNAL_SERVER_ERROR', ...(traceId === undefined ? {} : { traceId }) },
  };
}

/** An HTTP request that never became GraphQL, answered in GraphQL's form all the same: front-ends read one shape. */
export function toPublicHttpError(error: { statusCode?: number; message: string }, log: Log) {
  const status = error.statusCode ?? 500;
  if (status >= 500) log.error({ err: error }, 'the gateway failed');
  const code = codeOfStatus[status] ?? (status < 500 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR');
  return { status, body: { errors: [{ message: gatewayCodes[code], extensions: { code } }] } };
}

const codeOfStatus: Readonly<Record<number, keyof typeof gatewayCodes>> = {
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  406: 'NOT_ACCEPTABLE',
  408: 'REQUEST_TIMEOUT',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  431: 'HEADERS_TOO_LARGE',
};
