// What an error from a subgraph may say to a client. Ours are written for clients. Of a subgraph that is not ours nobody
// knows what is in them: only the codes that an operator names go through with their words, a few that everybody uses without
// theirs, and all else is a fault.
import type { ResponseError } from '../../platform/calls/call.ts';
import { gatewayCodes, maskedErrorMessage } from '../errors.ts';

export type ClearErrors = (errors: readonly ResponseError[]) => ResponseError[];

/** What clients are expected to act upon: sign in, ask for other things, send other things. */
const usual = new Map<unknown, string>([
  ['UNAUTHENTICATED', gatewayCodes.UNAUTHENTICATED],
  ['FORBIDDEN', gatewayCodes.FORBIDDEN],
  ['BAD_USER_INPUT', gatewayCodes.BAD_USER_INPUT],
]);

/** About an operation that the gateway wrote: its client did nothing wrong, and the words name what only subgraphs know. */
const betweenUs = new Set<unknown>(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED']);

/** `forwarded`: the codes whose errors a subgraph that is not ours may word itself. */
export function clearErrors(isOurs: boolean, forwarded: readonly string[]): ClearErrors {
  return (errors) =>
    errors.map((error) => {
      const code = codeOf(error);
      // Whoever masks its faults has nothing more to say, and whoever does not must not say it here.
      if (code === 'INTERNAL_SERVER_ERROR' || betweenUs.has(code))
        return withWords(error, maskedErrorMessage, 'INTERNAL_SERVER_ERROR');
      if (isOurs && code !== undefined) return error;
      if (code !== undefined && forwarded.includes(code)) return withWords(error, error.message, code);
      const words = usual.get(code);
      if (words !== undefined) return withWords(error, words, code);
      return withWords(error, maskedErrorMessage, 'INTERNAL_SERVER_ERROR');
    });
}

function codeOf({ extensions }: ResponseError): string | undefined {
  return typeof extensions?.code === 'string' ? extensions.code : undefined;
}

function withWords({ path }: ResponseError, message: string, code: unknown): ResponseError {
  return { message, ...(path === undefined ? {} : { path }), extensions: { code } };
}
