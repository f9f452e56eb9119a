// Finds the viewer of a request. The client has an opaque session token, and the gateway asks accounts for its account, once
// for each request. It reads nothing else that a client says about its identity.
import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { Call, Execute } from '../platform/calls/call.ts';
import { rejectOnAbort } from '../platform/calls/deadline.ts';
import { challenges, readCredentials } from '../platform/http/credentials.ts';
import { anonymous, expired, unknown, type Viewer } from '../platform/identity/viewer.ts';
import type { Log } from '../platform/process/log.ts';
import { type AccountId, asSessionToken, type SessionId, type SessionToken } from '../platform/values/ids.ts';
import { gatewayCodes } from './errors.ts';

/** The gateway asks accounts for no longer token: none is a session's. A real one has 43 characters. */
const maxTokenLength = 200;

const sessionQuery =
  'query SessionByToken($token: String!) { sessionByToken(token: $token) { accountId sessionId roles } }';

/** The part of a subgraph call that does not depend on the viewer. */
export type AuthenticationCall = Pick<Call, 'signal' | 'traceId' | 'deadline'>;

export type Authenticate = (authorization: string | undefined, call: AuthenticationCall) => Promise<Viewer>;

/**
 * A request without credentials is anonymous, and malformed credentials are UNAUTHENTICATED (401). With a token that is unknown, expired
 * or revoked the viewer is expired: what needs no viewer is answered, so that the client can sign in again although it goes on sending the
 * token, and what needs one is refused in its place. The same holds while accounts gives no answer: then the viewer is unknown. The
 * gateway never serves a client that is signed in as an anonymous one.
 */
export function createAuthenticator(accounts: Execute, log: Log): Authenticate {
  return async (authorization, call) => {
    const credentials = readCredentials(authorization);
    if (credentials.kind === 'none') return anonymous;
    if (credentials.kind === 'malformed') throw createUnauthenticatedError(credentials);
    if (credentials.token.length > maxTokenLength) return expired;
    try {
      const identity = await findIdentity(asSessionToken(credentials.token), accounts, boundCheck(call));
      return identity === null ? expired : { kind: 'account', ...identity };
    } catch (cause) {
      log.error({ err: cause, traceId: call.traceId }, 'accounts did not look up the session token');
      return unknown;
    }
  };
}

/** The longest time that a check may take, in milliseconds. It is one statement, and what needs no viewer waits for it. */
const maxCheckMs = 3_000;

/** The check may take half of the time that the request has left, and no more than `maxCheckMs`. */
function boundCheck(call: AuthenticationCall): AuthenticationCall {
  if (call.deadline === undefined) return call;
  const now = Date.now();
  return { ...call, deadline: now + Math.min(maxCheckMs, (call.deadline - now) / 2) };
}

/** Null when accounts answers that the token has no session. Rejects when accounts gives no answer. */
async function findIdentity(
  token: SessionToken,
  accounts: Execute,
  call: AuthenticationCall,
): Promise<Identity | null> {
  const viewer: Viewer = { kind: 'service', name: 'gateway' };
  const operation = { query: sessionQuery, operationName: 'SessionByToken', variables: { token } };
  // A subgraph in the same process does not enforce the deadline of a call itself.
  const { data, errors } = await rejectOnAbort(accounts(operation, { viewer, ...call }), call.signal);
  const [error] = errors ?? [];
  if (error !== undefined) throw new Error(`accounts failed: ${error.message}`);
  const identity = data?.sessionByToken as Identity | null | undefined;
  if (identity === undefined) throw new Error('accounts sent a response without data');
  return identity;
}

interface Identity {
  accountId: AccountId;
  sessionId: SessionId;
  roles: string[];
}

function createUnauthenticatedError({ isBearer }: { isBearer: boolean }): GraphQLError {
  const challenge = isBearer ? challenges.tokenInvalid : challenges.tokenNeeded;
  const headers = new HeaderMap([['www-authenticate', challenge]]);
  return new GraphQLError(gatewayCodes.UNAUTHENTICATED, {
    extensions: { code: 'UNAUTHENTICATED', http: { status: 401, headers } },
  });
}
