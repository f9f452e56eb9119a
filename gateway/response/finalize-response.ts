// Finalizes each response. The trace id goes into its headers and into its faults, so that a user's report leads to the log
// line. A refusal that ends by itself says in a header when to come again. The path of each error ends where the response ends,
// repeated errors are dropped, and a null that the executor made without an error gets one.
import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import type { Log } from '../../platform/process/log.ts';
import type { GatewayContext } from '../context.ts';
import { codesWithRetryAfter, gatewayCodes, maskedErrorMessage } from '../errors.ts';
import { getValueAt, type ResponsePath, truncatePath } from './response-path.ts';

/** The executor's note about a value that does not fit the schema. It makes notes only for a response without errors. */
interface CompletionNote {
  message: string;
  path?: ResponsePath;
}

interface Result {
  data?: unknown;
  errors?: readonly GraphQLFormattedError[];
  extensions?: Record<string, unknown>;
}

export const finalizeResponse = (log: Log): ApolloServerPlugin<GatewayContext> => ({
  requestDidStart: async ({ contextValue }) => ({
    willSendResponse: async ({ response }) => {
      const { traceId, state } = contextValue;
      response.http.headers.set('trace-id', traceId);
      if (response.body.kind !== 'single') return;
      const result = response.body.singleResult;
      const notes = takeNotes(result);
      const missing = buildMissingErrors(result.data, notes, state);
      if (missing.length > 0)
        log.error({ notes: notes.slice(0, 3), traceId }, 'a response has nulls without an error');
      if (result.errors === undefined && missing.length === 0) return;
      result.errors = dropRepeatedLosses(
        (result.errors ?? []).concat(missing).map((error) => truncateErrorPath(error, result.data)),
      );
      for (const { extensions } of result.errors)
        if (extensions?.code === 'INTERNAL_SERVER_ERROR') extensions.traceId = traceId;
      const retryAfter = findRetryAfter(result.errors);
      if (retryAfter !== undefined) response.http.headers.set('retry-after', String(retryAfter));
    },
  }),
});

/**
 * The longest time, in whole seconds, that a refusal which ends by itself asks the client to wait. The gateway's own refusals for
 * overload ask for a second.
 */
function findRetryAfter(errors: readonly GraphQLFormattedError[]): number | undefined {
  let longest: number | undefined;
  for (const { extensions } of errors) {
    if (extensions === undefined || !codesWithRetryAfter.has(extensions.code)) continue;
    const { code, retryAfter } = extensions;
    if (isTimeToWait(retryAfter)) longest = Math.max(longest ?? 1, retryAfter);
    else if (code === 'OVERLOADED') {
      extensions.retryAfter = 1;
      longest ??= 1;
    } else delete extensions.retryAfter;
  }
  return longest;
}

function isTimeToWait(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

/** Removes the executor's notes from the result: clients do not get them. */
function takeNotes(result: Result): readonly CompletionNote[] {
  const { valueCompletion, ...extensions } = result.extensions ?? {};
  if (valueCompletion === undefined) return [];
  if (Object.keys(extensions).length > 0) result.extensions = extensions;
  else delete result.extensions;
  return valueCompletion as readonly CompletionNote[];
}

/**
 * Errors for those notes where null is a loss. Other nulls are right: a nullable field whose entity does not exist (or is hidden
 * from the viewer), and a nullable value that clients cannot see. When every entity existed and every response of a subgraph
 * passed its check (fetch/response-check.ts), a null means that the plan did not fetch a field.
 */
function buildMissingErrors(
  data: unknown,
  notes: readonly CompletionNote[],
  { hasMissingEntities }: { hasMissingEntities: boolean },
): GraphQLFormattedError[] {
  return notes.flatMap(({ message, path }): GraphQLFormattedError[] => {
    if (path === undefined) return [];
    const isNullInNonNull = message.startsWith('Cannot return null');
    if (!isNullInNonNull) {
      if (countStepsToNull(data, path) === path.length) return [];
      const code = 'SUBGRAPH_ANSWER_INVALID';
      return [{ message: gatewayCodes[code], path: [...path], extensions: { code } }];
    }
    const mayBeEntityField = hasMissingEntities && path.length > 1 && typeof path.at(-1) === 'string';
    if (mayBeEntityField && countStepsToNull(data, path) === path.length - 1) return [];
    return [{ message: maskedErrorMessage, path: [...path], extensions: { code: 'INTERNAL_SERVER_ERROR' } }];
  });
}

/** The number of steps along the path until the data is null. */
function countStepsToNull(data: unknown, path: ResponsePath): number {
  let value = data;
  for (const [steps, key] of path.entries()) {
    if (value === null || value === undefined) return steps;
    value = getValueAt(value, key);
  }
  return path.length;
}

/** Returns the error with as much of its path as the data has. */
function truncateErrorPath(error: GraphQLFormattedError, data: unknown): GraphQLFormattedError {
  const { path, ...rest } = error;
  if (path === undefined || data === null || data === undefined) return error;
  const truncated = truncatePath(data, path);
  if (truncated.length === 0) return rest;
  return truncated.length === path.length ? error : { ...rest, path: truncated };
}

/** Two fetches that failed for the same place report the same loss twice. Errors with another message stay, however often. */
function dropRepeatedLosses(errors: readonly GraphQLFormattedError[]): GraphQLFormattedError[] {
  const known = new Set<string>();
  return errors.filter(({ message, path, extensions }) => {
    if (path === undefined || message !== gatewayCodes[extensions?.code as 'SUBGRAPH_UNAVAILABLE'])
      return true;
    const text = JSON.stringify([extensions?.code, path]);
    if (known.has(text)) return false;
    known.add(text);
    return true;
  });
}
