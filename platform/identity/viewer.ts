// The viewer is the caller as the gateway determined it. It comes from the gateway or from a verified token, never from a
// claim that a client makes.

import { type AccountId, requireId, type SessionId, type Unparsed } from '../values/ids.ts';
import { platformCodes, Refusal } from '../values/refusal.ts';

export type Viewer =
  | { kind: 'anonymous' }
  | { kind: 'account'; accountId: AccountId; sessionId: SessionId; roles: readonly string[] }
  | { kind: 'service'; name: string }
  /** The client sent a token that belongs to no session: it is expired or revoked, or never was one. */
  | { kind: 'expired' }
  /** The client sent a session token, and accounts could not say whose it is. */
  | { kind: 'unknown' };

export type AccountViewer = Extract<Viewer, { kind: 'account' }>;

export const anonymous: Viewer = Object.freeze({ kind: 'anonymous' });
export const expired: Viewer = Object.freeze({ kind: 'expired' });
export const unknown: Viewer = Object.freeze({ kind: 'unknown' });

/**
 * Throws for a client that sent a token and is nobody: UNAUTHENTICATED where the token is expired, SUBGRAPH_UNAVAILABLE where it could
 * not be checked. Called before anything is read that depends on the viewer: such a client thinks that it is signed in, so that it gets
 * neither what an anonymous one gets nor a hint at what exists.
 */
export function refuseUnknown(viewer: Viewer): void {
  if (viewer.kind === 'expired') throw new Refusal('UNAUTHENTICATED', platformCodes.UNAUTHENTICATED);
  if (viewer.kind === 'unknown')
    throw new Refusal('SUBGRAPH_UNAVAILABLE', platformCodes.SUBGRAPH_UNAVAILABLE);
}

export function isStaff(viewer: Viewer): boolean {
  return viewer.kind === 'account' && viewer.roles.includes('STAFF');
}

/**
 * True for the account itself and for staff: these viewers may see the data of the account. A service may not: what its calls need
 * are fields of their own with `@auth(allow: ["service:<name>"])`, so a leaked service key reads no account, payment or purchase.
 * Throws for an expired and for an unknown viewer, as refuseUnknown does.
 */
export function maySee(viewer: Viewer, accountId: Unparsed<AccountId>): boolean {
  refuseUnknown(viewer);
  return viewer.kind === 'account' && (viewer.accountId === accountId || viewer.roles.includes('STAFF'));
}

/**
 * An account as all subgraphs but accounts know it: a stub with its key. Returns null when the viewer may not see the account.
 * Throws BAD_USER_INPUT for an invalid id: representations are untyped, and one invalid id would fail the statement of a whole batch.
 */
export function buildAccountStub(viewer: Viewer, id: Unparsed<AccountId>): { id: AccountId } | null {
  refuseUnknown(viewer);
  const canonical = requireId<AccountId>('id', id);
  return maySee(viewer, canonical) ? { id: canonical } : null;
}

/** The signed-in account. Throws UNAUTHENTICATED when the viewer is no account, and SUBGRAPH_UNAVAILABLE for an unknown viewer. */
export function requireAccount(viewer: Viewer): AccountViewer {
  refuseUnknown(viewer);
  if (viewer.kind === 'account') return viewer;
  throw new Refusal('UNAUTHENTICATED', platformCodes.UNAUTHENTICATED);
}
