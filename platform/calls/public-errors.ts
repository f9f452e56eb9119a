// Turns errors into the form that a client may see. A refusal keeps its code and message, and an error of graphql-js about the
// operation keeps its message. Every fault is logged with its cause, and the client gets the trace id only.
import { GraphQLError } from 'graphql';
import { QueryFailedError } from 'typeorm';
import type { Log } from '../process/log.ts';
import { platformCodes, Refusal } from '../values/refusal.ts';
import type { Call, ResponseError } from './call.ts';
import { isCallerGone } from './deadline.ts';

/** The public form of the errors of one execution. */
export function toResponseErrors(errors: readonly GraphQLError[], call: Call, log: Log): ResponseError[] {
  return errors.map((error) => toResponseError(error, call, log));
}

export function toResponseError(error: GraphQLError, call: Pick<Call, 'traceId'>, log: Log): ResponseError {
  const path = error.path === undefined ? {} : { path: error.path };
  const cause = findRootCause(error);
  const refusal = toRefusal(cause);
  if (refusal !== undefined) {
    return { message: refusal.message, ...path, extensions: { ...refusal.details, code: refusal.code } };
  }
  if (cause === undefined && isAboutTheOperation(error)) {
    return { message: error.message, ...path, extensions: { code: getCode(error) } };
  }
  const fault = cause ?? error;
  if (isCallerGone(fault)) logFailure(log, fault, call.traceId);
  else log.error({ err: fault, path: error.path, traceId: call.traceId }, 'a field failed');
  return buildInternalError(call.traceId, path);
}

/** The code that a client gets for what a resolver threw. */
export function getPublicCode(cause: unknown): string {
  return toRefusal(cause)?.code ?? 'INTERNAL_SERVER_ERROR';
}

/** What a resolver threw, when it is no fault. */
function toRefusal(cause: unknown): Refusal | undefined {
  if (cause instanceof Refusal) return cause;
  return hasNulCharacter(cause)
    ? new Refusal('BAD_USER_INPUT', 'A text must not contain the NUL character.')
    : undefined;
}

export function buildInternalError(traceId: string, path: Pick<ResponseError, 'path'> = {}): ResponseError {
  return {
    message: platformCodes.INTERNAL_SERVER_ERROR,
    ...path,
    extensions: { code: 'INTERNAL_SERVER_ERROR', traceId },
  };
}

/** A caller that goes away is no fault of this process: each instance that is replaced has some. */
export function logFailure(log: Log, cause: unknown, traceId: string): void {
  if (isCallerGone(cause)) log.info({ traceId }, 'the caller went away before it had the response');
  else log.error({ err: cause, traceId }, 'a request failed');
}

/** The error that a resolver threw; undefined when graphql-js created the error. */
function findRootCause(error: GraphQLError): unknown {
  let cause: unknown = error.originalError;
  while (cause instanceof GraphQLError && cause.originalError !== undefined) cause = cause.originalError;
  return cause instanceof GraphQLError ? undefined : cause;
}

/** An error of graphql-js is about the operation when it has no path, so before execution, or when an argument is null. */
function isAboutTheOperation(error: GraphQLError): boolean {
  return error.path === undefined || error.message.startsWith('Argument "');
}

/** PostgreSQL stores every character except U+0000, and answers that one with SQLSTATE 22021. */
function hasNulCharacter(cause: unknown): boolean {
  return cause instanceof QueryFailedError && (cause.driverError as { code?: string }).code === '22021';
}

function getCode(error: GraphQLError): string {
  return typeof error.extensions.code === 'string' ? error.extensions.code : 'BAD_USER_INPUT';
}
