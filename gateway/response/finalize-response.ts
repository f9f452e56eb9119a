// The last touch on an answer: the trace id on it, and in faults, so that a report from a user leads to the log line. Every
// error says its place in this very answer, once; a null that the executor made and told nobody of gets an error too.
import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import type { Log } from '../../platform/process/log.ts';
import type { GatewayContext } from '../context.ts';
import { gatewayCodes, maskedErrorMessage } from '../errors.ts';
import { getValueAt, type ResponsePath, truncatePath } from './response-path.ts';

/** What Apollo's executor notes, in `extensions` and only beside no error, where a value was not as the graph promises. */
interface CompletionNote {
  message: string;
  path?: ResponsePath;
}

export const finalizeResponse = (log: Log): ApolloServerPlugin<GatewayContext> => ({
  requestDidStart: async ({ contextValue }) => ({
    willSendResponse: async ({ response }) => {
      const { traceId, state } = contextValue;
      response.http.headers.set('trace-id', traceId);
      if (response.body.kind !== 'single') return;
      const result = response.body.singleResult;
      const { valueCompletion, ...extensions } = result.extensions ?? {};
      if (valueCompletion !== undefined) {
        if (Object.keys(extensions).length > 0) result.extensions = extensions;
        else delete result.extensions;
      }
      const notes = (valueCompletion ?? []) as readonly CompletionNote[];
      const silent = buildSilentErrors(result.data, notes, state.hasMissingEntities);
      if (silent.length > 0)
        log.error({ notes: notes.slice(0, 3), traceId }, 'an answer lost something silently');
      if (result.errors === undefined && silent.length === 0) return;
      result.errors = dropRepeatedLosses(
        (result.errors ?? []).concat(silent).map((error) => truncateErrorPath(error, result.data)),
      );
      for (const { extensions } of result.errors)
        if (extensions?.code === 'INTERNAL_SERVER_ERROR') extensions.traceId = traceId;
    },
  }),
});

/**
 * Of the places that were noted, those where null is a loss. All else is null on purpose: an entity that is not there (or not
 * the viewer's) where there may be none, a value that clients cannot see. Where every entity was there, and every answer was
 * as it should be (fetch/response-check.ts), something was never asked for.
 */
function buildSilentErrors(
  data: unknown,
  notes: readonly CompletionNote[],
  isAbsent: boolean,
): GraphQLFormattedError[] {
  return notes.flatMap(({ message, path }): GraphQLFormattedError[] => {
    if (path === undefined) return [];
    const isMissing = message.startsWith('Cannot return null');
    if (!isMissing) {
      if (countStepsToNull(data, path) === path.length) return [];
      const code = 'SUBGRAPH_ANSWER_INVALID';
      return [{ message: gatewayCodes[code], path: [...path], extensions: { code } }];
    }
    const isAnEntity = isAbsent && path.length > 1 && typeof path.at(-1) === 'string';
    if (isAnEntity && countStepsToNull(data, path) === path.length - 1) return [];
    return [{ message: maskedErrorMessage, path: [...path], extensions: { code: 'INTERNAL_SERVER_ERROR' } }];
  });
}

/** How many steps along a path the answer ends in null. */
function countStepsToNull(data: unknown, path: ResponsePath): number {
  let value = data;
  for (const [steps, key] of path.entries()) {
    if (value === null || value === undefined) return steps;
    value = getValueAt(value, key);
  }
  return path.length;
}

/** The error with its path as far as the answer has it. */
function truncateErrorPath(error: GraphQLFormattedError, data: unknown): GraphQLFormattedError {
  const { path, ...rest } = error;
  if (path === undefined || data === null || data === undefined) return error;
  const place = truncatePath(data, path);
  if (place.length === 0) return rest;
  return place.length === path.length ? error : { ...rest, path: place };
}

/** Two fetches that lost the same thing in the same place have said it twice. */
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
