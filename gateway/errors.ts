// The last place an error passes before the client. What a subgraph refused is already in public form; what the client
// did wrong keeps its message; everything else leaves as INTERNAL_SERVER_ERROR with nothing but the trace id.
import type { GraphQLFormattedError } from 'graphql';
import type { Log } from '../platform/log.ts';

/** Codes the gateway itself answers, beside the refusals of the subgraphs. */
export const gatewayCodes = {
  BAD_REQUEST: 'The HTTP request is not a GraphQL request.',
  BAD_USER_INPUT: 'A variable has a value that its type does not take.',
  GRAPHQL_PARSE_FAILED: 'The operation is not GraphQL.',
  GRAPHQL_VALIDATION_FAILED: 'The operation does not fit the graph.',
  INTERNAL_SERVER_ERROR: 'A fault on our side; the trace id finds it in the logs.',
  OPERATION_RESOLUTION_FAILURE: 'The request does not say which of its operations to run.',
  PAYLOAD_TOO_LARGE: 'The request body is larger than the gateway reads.',
  PERSISTED_QUERY_NOT_FOUND: 'Send the operation with its hash once.',
  PERSISTED_QUERY_NOT_SUPPORTED: 'Persisted queries are off.',
  SUBGRAPH_UNAVAILABLE: 'A part of the graph did not answer in time.',
  UNAUTHENTICATED: 'The session token is not valid or no longer valid.',
  UNSUPPORTED_MEDIA_TYPE: 'The request body is not application/json.',
} as const;

/** The public form of an error: code, message, path; no subgraph name, address, SQL or stack trace. */
export function publicForm(
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
    message: 'Something failed on our side.',
    ...(formatted.path === undefined ? {} : { path: formatted.path }),
    extensions: { code: 'INTERNAL_SERVER_ERROR', ...(traceId === undefined ? {} : { traceId }) },
  };
}

/** An HTTP request that never became GraphQL, answered in GraphQL's form all the same: front-ends read one shape. */
export function publicHttpError(error: { statusCode?: number; message: string }, log: Log) {
  const status = error.statusCode ?? 500;
  if (status >= 500) log.error({ err: error }, 'the gateway failed');
  const code = codeOfStatus[status] ?? (status < 500 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR');
  return { status, body: { errors: [{ message: gatewayCodes[code], extensions: { code } }] } };
}

const codeOfStatus: Readonly<Record<number, keyof typeof gatewayCodes>> = {
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
};
