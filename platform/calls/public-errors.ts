// One place where errors become what a client may see: refusals keep code and message, GraphQL's own complaints about
// the operation keep their message, and every fault is logged with its cause and answered with the trace id alone.
import { GraphQLError } from 'graphql';
import { QueryFailedError } from 'typeorm';
import type { Log } from '../process/log.ts';
import { platformCodes, Refusal } from '../values/refusal.ts';
import type { Call, ResponseError } from './call.ts';

/** Turns the errors of one execution into their public form. */
export function toResponseErrors(errors: readonly GraphQLError[], call: Call, log: Log): ResponseError[] {
  return errors.map((error) => toResponseError(error, call, log));
}

export function toResponseError(error: GraphQLError, call: Pick<Call, 'traceId'>, log: Log): ResponseError {
  const path = error.path === undefined ? {} : { path: error.path };
  const cause = findRootCause(error);
  if (cause instanceof Refusal) {
    return { message: cause.message, ...path, extensions: { ...cause.details, code: cause.code } };
  }
  if (cause === undefined && isAboutTheOperation(error)) {
    return { message: error.message, ...path, extensions: { code: getCode(error) } };
  }
  if (hasNulCharacter(cause)) {
    return {
      message: 'Text may not contain the NUL character.',
      ...path,
      extensions: { code: 'BAD_USER_INPUT' },
    };
  }
  log.error({ err: cause ?? error, path: error.path, traceId: call.traceId }, 'a field failed');
  return buildInternalError(call.traceId, path);
}

export function buildInternalError(traceId: string, path: Pick<ResponseError, 'path'> = {}): ResponseError {
  return {
    message: platformCodes.INTERNAL_SERVER_ERROR,
    ...path,
    extensions: { code: 'INTERNAL_SERVER_ERROR', traceId },
  };
}

/** The error a resolver threw; undefined when graphql-js made the error itself. */
function findRootCause(error: GraphQLError): unknown {
  let cause: unknown = error.originalError;
  while (cause instanceof GraphQLError && cause.originalError !== undefined) cause = cause.originalError;
  return cause instanceof GraphQLError ? undefined : cause;
}

/** Before execution (no path yet) graphql-js only judges the operation; later, only a null given for an argument. */
function isAboutTheOperation(error: GraphQLError): boolean {
  return error.path === undefined || error.message.startsWith('Argument "');
}

/** PostgreSQL stores every character but one: SQLSTATE 22021 for U+0000, whichever field it came in. */
function hasNulCharacter(cause: unknown): boolean {
  return cause instanceof QueryFailedError && (cause.driverError as { code?: string }).code === '22021';
}

function getCode(error: GraphQLError): string {
  return typeof error.extensions.code === 'string' ? error.extensions.code : 'BAD_USER_INPUT';
}
