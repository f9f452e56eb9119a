// Reads the header Authorization (RFC 6750), and writes WWW-Authenticate, which says what a client should send. Whose token it is, the
// caller finds out.

export type Credentials =
  /** The client is signed out. */
  | { kind: 'none' }
  | { kind: 'token'; token: string }
  /** A header that no version of this client can mean: it is refused, and never taken for that of a visitor. */
  | { kind: 'malformed'; isBearer: boolean };

const none: Credentials = { kind: 'none' };

/** What a client that is signed out writes in place of a token: nothing, or what a template makes of a value that is missing. */
const emptyTokens: ReadonlySet<string | undefined> = new Set([undefined, '', 'null', 'undefined']);

/** A header without a token, such as '', 'Bearer ' and 'Bearer null', means the same as no header. A token has the characters of RFC 6750. */
export function readCredentials(authorization: string | undefined): Credentials {
  const text = authorization?.trim();
  if (emptyTokens.has(text)) return none;
  const [, scheme, rest] = /^([^ ]+)(?: +(.*))?$/.exec(text ?? '') ?? [];
  if (scheme?.toLowerCase() !== 'bearer') return { kind: 'malformed', isBearer: false };
  if (rest === undefined || emptyTokens.has(rest)) return none;
  return /^[\w.~+/-]+=*$/.test(rest) ? { kind: 'token', token: rest } : { kind: 'malformed', isBearer: true };
}

/** The values of WWW-Authenticate. A client that sent no bearer token gets no error code (RFC 6750, 3.1). */
export const challenges = {
  tokenNeeded: 'Bearer realm="tributary"',
  tokenInvalid:
    'Bearer realm="tributary", error="invalid_token", error_description="The token is malformed, unknown, expired or revoked"',
} as const;
