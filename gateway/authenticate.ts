// Finds the viewer of a request. The client has an opaque session token, and the gateway asks accounts for its account, once
// for each request. It reads nothing else that a client says about its identity.
import { GraphQLError } from 'graphql';
import type { Call, Execute } from '../platform/calls/call.ts';
import { rejectOnAbort } from '../platform/calls/deadline.ts';
import { anonymous, unknown, type Viewer } from '../platform/identity/viewer.ts';
import type { Log } from '../platform/process/log.ts';
import { type AccountId, asSessionToken, type SessionId, type SessionToken } from '../platform/values/ids.ts';
import { gatewayCodes } from './errors.ts';

/** The gateway refuses a longer token without asking accounts. A real one has 43 characters. */
const maxTokenLength = 200;

const sessionQuery =
  'query SessionByToken($token: String!) { sessionByToken(token: $token) { accountId sessionId roles } }';

/** The part of a subgraph call that does not depend on the viewer. */
export type AuthenticationCall = Pick<Call, 'signal' | 'traceId' | 'deadline'>;

export type Authenticate = (authorization: string | undefined, call: AuthenticationCall) => Promise<Viewer>;

/**
 * A request without an Authorization header is anonymous. A token that is unknown, expired or revoked is UNAUTHENTICATED (401).
 * When accounts gives no answer, the viewer is unknown: what needs no viewer is answered, and what needs one is refused with
 * SUBGRAPH_UNAVAILABLE in its place. The gateway never serves a client that is signed in as an anonymous one.
 */
export function createAuthenticator(accounts: Execute, log: Log): Authenticate {
  return async (authorization, call) => {
    if (authorization === undefined) return anonymous;
    const token = /^Bearer +([\x21-\x7e]+)$/i.exec(authorization)?.[1];
    if (token === undefined || token.length > maxTokenLength) throw createUnauthenticatedError();

    try {
      const identity = await findIdentity(asSessionToken(token), accounts, boundCheck(call));
      if (identity !== null) return { kind: 'account', ...identity };
    } catch (cause) {
      log.error({ err: cause, traceId: call.traceId }, 'accounts did not look up the session token');
      return unknown;
    }
    throw createUnauthenticatedError();
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

function createUnauthenticatedError(): GraphQLError {
  return new GraphQLError(gatewayCodes.UNAUTHENTICATED, {
    extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } },
  });
}
