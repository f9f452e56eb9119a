// What an error of a subgraph may tell a client. The project's own subgraphs write their messages for clients. The errors of a
// foreign subgraph may contain anything: the codes that an operator names pass with their message, a few well-known codes
// pass with the gateway's own message, and every other error becomes a masked fault. Of the extensions of any subgraph only those
// pass that a setting declares (settings/extension-names.ts), and the seconds after which a client may come again.
import type { ResponseError } from '../../platform/calls/call.ts';
import { codesWithRetryAfter, gatewayCodes, maskedErrorMessage } from '../errors.ts';

export type MaskErrors = (errors: readonly ResponseError[]) => ResponseError[];

export interface ErrorMaskOptions {
  /** True for the project's own subgraphs. */
  isOwnSubgraph: boolean;
  /** Codes of a foreign subgraph whose errors pass with their message. */
  forwardedCodes: readonly string[];
  /** Extensions that pass with such an error: a name, or `CODE.name` for one code. */
  forwardedExtensions: readonly string[];
}

/** Codes that a client is expected to act upon, with the message that the gateway gives them. */
const wellKnownCodes = new Map<unknown, string>([
  ['UNAUTHENTICATED', gatewayCodes.UNAUTHENTICATED],
  ['FORBIDDEN', gatewayCodes.FORBIDDEN],
  ['BAD_USER_INPUT', gatewayCodes.BAD_USER_INPUT],
]);

/** The gateway wrote the operation, so the client did nothing wrong, and the message names fields that only subgraphs know. */
const codesAboutFetches = new Set<unknown>(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED']);

export function buildErrorMask(options: ErrorMaskOptions): MaskErrors {
  const { isOwnSubgraph, forwardedCodes } = options;
  const declared = new Set(options.forwardedExtensions);
  const forward = (error: ResponseError, code: string): ResponseError => {
    const passing = Object.entries(error.extensions ?? {}).filter(
      ([name]) => declared.has(name) || declared.has(`${code}.${name}`) || isTimeToWait(name, code),
    );
    return rewordError(error, error.message, code, Object.fromEntries(passing));
  };
  return (errors) =>
    errors.map((error) => {
      const code = getCode(error);
      // The message of a masked fault says nothing, and the message of an unmasked fault must not reach a client.
      if (code === 'INTERNAL_SERVER_ERROR' || codesAboutFetches.has(code))
        return rewordError(error, maskedErrorMessage, 'INTERNAL_SERVER_ERROR');
      if (code !== undefined && (isOwnSubgraph || forwardedCodes.includes(code))) return forward(error, code);
      const message = wellKnownCodes.get(code);
      if (message !== undefined) return rewordError(error, message, code);
      return rewordError(error, maskedErrorMessage, 'INTERNAL_SERVER_ERROR');
    });
}

/** response/finalize-response.ts checks it, and writes the header Retry-After from it. */
function isTimeToWait(name: string, code: string): boolean {
  return name === 'retryAfter' && codesWithRetryAfter.has(code);
}

function getCode({ extensions }: ResponseError): string | undefined {
  return typeof extensions?.code === 'string' ? extensions.code : undefined;
}

/** A name of GraphQL. A path has names and positions only, so that no other text of a subgraph leaves in it. */
const namePattern = /^[_A-Za-z][_0-9A-Za-z]*$/;

/** The path up to the first element that can be no part of one. */
function cutPath(path: NonNullable<ResponseError['path']>): (string | number)[] {
  const end = path.findIndex((part) =>
    typeof part === 'string' ? !namePattern.test(part) : !Number.isInteger(part),
  );
  return end < 0 ? [...path] : path.slice(0, end);
}

function rewordError(
  { path }: ResponseError,
  message: string,
  code: unknown,
  details: Readonly<Record<string, unknown>> = {},
): ResponseError {
  return {
    message,
    ...(Array.isArray(path) ? { path: cutPath(path) } : {}),
    extensions: { ...details, code },
  };
}
