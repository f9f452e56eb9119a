// What an error of a subgraph may tell a client. The project's own subgraphs write their errors for clients. The errors of a
// foreign subgraph may contain anything: the codes that an operator names pass with their message, a few well-known codes
// pass with the gateway's own message, and every other error becomes a masked fault.
import type { ResponseError } from '../../platform/calls/call.ts';
import { gatewayCodes, maskedErrorMessage } from '../errors.ts';

export type MaskErrors = (errors: readonly ResponseError[]) => ResponseError[];

export interface ErrorMaskOptions {
  /** True for the project's own subgraphs. */
  isOwnSubgraph: boolean;
  /** Codes of a foreign subgraph whose errors pass with their message. */
  forwardedCodes: readonly string[];
}

/** Codes that a client is expected to act upon, with the message that the gateway gives them. */
const wellKnownCodes = new Map<unknown, string>([
  ['UNAUTHENTICATED', gatewayCodes.UNAUTHENTICATED],
  ['FORBIDDEN', gatewayCodes.FORBIDDEN],
  ['BAD_USER_INPUT', gatewayCodes.BAD_USER_INPUT],
]);

/** The gateway wrote the operation, so the client did nothing wrong, and the message names fields that only subgraphs know. */
const codesAboutFetches = new Set<unknown>(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED']);

export function buildErrorMask({ isOwnSubgraph, forwardedCodes }: ErrorMaskOptions): MaskErrors {
  return (errors) =>
    errors.map((error) => {
      const code = getCode(error);
      // The message of a masked fault says nothing, and the message of an unmasked fault must not reach a client.
      if (code === 'INTERNAL_SERVER_ERROR' || codesAboutFetches.has(code))
        return rewordError(error, maskedErrorMessage, 'INTERNAL_SERVER_ERROR');
      if (isOwnSubgraph && code !== undefined) return error;
      if (code !== undefined && forwardedCodes.includes(code)) return rewordError(error, error.message, code);
      const message = wellKnownCodes.get(code);
      if (message !== undefined) return rewordError(error, message, code);
      return rewordError(error, maskedErrorMessage, 'INTERNAL_SERVER_ERROR');
    });
}

function getCode({ extensions }: ResponseError): string | undefined {
  return typeof extensions?.code === 'string' ? extensions.code : undefined;
}

function rewordError({ path }: ResponseError, message: string, code: unknown): ResponseError {
  return { message, ...(path === undefined ? {} : { path }), extensions: { code } };
}
