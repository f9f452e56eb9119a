// Phantom tokens: the client holds an opaque session token; only the gateway learns, from accounts, whom it stands for.
// Once per request; whatever else a client says about who it is, is never read.
import { GraphQLError } from 'graphql';
import type { Call, Execute } from '../platform/calls/call.ts';
import { rejectOnAbort } from '../platform/calls/deadline.ts';
import { anonymous, type Viewer } from '../platform/identity/viewer.ts';
import type { Log } from '../platform/process/log.ts';
import { type AccountId, asSessionToken, type SessionId, type SessionToken } from '../platform/values/ids.ts';
import { gatewayCodes } from './errors.ts';

/** Longest token worth asking about: ours have 43 characters. */
const longestToken = 200;

const question =
  'query SessionByToken($token: String!) { sessionByToken(token: $token) { accountId sessionId roles } }';

export type Asking = Pick<Call, 'signal' | 'traceId' | 'deadline'>;

export type Authenticate = (authorization: string | undefined, asking: Asking) => Promise<Viewer>;

/**
 * The viewer behind an Authorization header; anonymous when there is none.
 * Throws UNAUTHENTICATED (401) for a token that is unknown, expired or revoked, and SUBGRAPH_UNAVAILABLE (503) when
 * accounts cannot be asked: a signed-in client is never silently treated as a stranger.
 */
export function authenticator(accounts: Execute, log: Log): Authenticate {
  return async (authorization, asking) => {
    if (authorization === undefined) return anonymous;
    const token = /^Bearer +([\x21-\x7e]+)$/i.exec(authorization)?.[1];
    if (token === undefined || token.length > longestToken) throw unauthenticated();

    const identity = await identityBehind(asSessionToken(token), accounts, asking).catch((cause: unknown) => {
      log.error({ err: cause, traceId: asking.traceId }, 'accounts cannot tell who is asking');
      throw new GraphQLError('It cannot be checked right now who is signed in; try again.', {
        extensions: { code: 'SUBGRAPH_UNAVAILABLE', http: { status: 503 } },
      });
    });
    if (identity === null) throw unauthenticated();
    return { kind: 'account', ...identity };
  };
}

/** Null when accounts says that the token stands for nobody. Rejects when it does not say. */
async function identityBehind(
  token: SessionToken,
  accounts: Execute,
  asking: Asking,
): Promise<Identity | null> {
  const viewer: Viewer = { kind: 'service', name: 'gateway' };
  const operation = { query: question, operationName: 'SessionByToken', variables: { token } };
  // In memory nobody else would see to it that the deadline holds.
  const { data, errors } = await rejectOnAbort(accounts(operation, { viewer, ...asking }), asking.signal);
  const [error] = errors ?? [];
  if (error !== undefined) throw new Error(`accounts answered: ${error.message}`);
  const identity = data?.sessionByToken as Identity | null | undefined;
  if (identity === undefined) throw new Error('accounts answered nothing');
  return identity;
}

interface Identity {
  accountId: AccountId;
  sessionId: SessionId;
  roles: string[];
}

function unauthenticated(): GraphQLError {
  return new GraphQLError(gatewayCodes.UNAUTHENTICATED, {
    extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } },
  });
}
