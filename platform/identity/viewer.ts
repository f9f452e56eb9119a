// Who is asking. Made by the gateway (or from a verified token) and never from what a client says of itself.

import { type AccountId, parseId, type SessionId, type Unparsed } from '../values/ids.ts';
import { platformCodes, Refusal } from '../values/refusal.ts';

export type Viewer =
  | { kind: 'anonymous' }
  | { kind: 'account'; accountId: AccountId; sessionId: SessionId; roles: readonly string[] }
  | { kind: 'service'; name: string };

export type AccountViewer = Extract<Viewer, { kind: 'account' }>;

export const anonymous: Viewer = Object.freeze({ kind: 'anonymous' });

export function isStaff(viewer: Viewer): boolean {
  return viewer.kind === 'account' && viewer.roles.includes('STAFF');
}

/** True for the account itself, for staff, and for a service: they may see what belongs to the account. */
export function maySee(viewer: Viewer, accountId: Unparsed<AccountId>): boolean {
  if (viewer.kind === 'service') return true;
  return viewer.kind === 'account' && (viewer.accountId === accountId || viewer.roles.includes('STAFF'));
}

/**
 * An account as subgraphs other than accounts know it: a stub with its key. Null for one that the viewer may not see, and
 * for an id that is none: representations are untyped, and one bad id would fail the statement of the whole batch.
 */
export function buildAccountStub(viewer: Viewer, id: Unparsed<AccountId>): { id: AccountId } | null {
  const canonical = parseId<AccountId>(id);
  return canonical !== null && maySee(viewer, canonical) ? { id: canonical } : null;
}

/** The account that is signed in. Throws UNAUTHENTICATED when nobody is. */
export function requireAccount(viewer: Viewer): AccountViewer {
  if (viewer.kind === 'account') return viewer;
  throw new Refusal('UNAUTHENTICATED', platformCodes.UNAUTHENTICATED);
}
