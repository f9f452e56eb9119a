// The session of the viewer, which the three pages share: localStorage keeps it, and a page learns when it changes. Any script of the
// origin can read it there; a shop with scripts of others would keep it in a cookie of a server of its own.

export interface OpenedSession {
  /** The id of the session, with which it can be ended. It opens nothing. */
  id: string;
  /** What each request sends. */
  token: string;
}

export interface SessionState {
  opened: OpenedSession | undefined;
  /** True when the graph no longer knew the token of this page. */
  hasExpired: boolean;
}

export interface SessionStore {
  getState: () => SessionState;
  subscribe: (listener: () => void) => () => void;
  open: (opened: OpenedSession) => void;
  close: () => void;
  /** Closes the session of this token: the answer to an older request must not close a newer session. */
  expire: (token: string) => void;
}

const key = 'tributary.session';

export function createSessionStore(storage: Storage): SessionStore {
  let state: SessionState = { opened: readSession(storage), hasExpired: false };
  const listeners = new Set<() => void>();
  const change = (next: SessionState) => {
    state = next;
    if (next.opened === undefined) storage.removeItem(key);
    else storage.setItem(key, JSON.stringify(next.opened));
    for (const listener of listeners) listener();
  };
  return {
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    open: (opened) => change({ opened, hasExpired: false }),
    close: () => change({ opened: undefined, hasExpired: false }),
    expire(token) {
      if (state.opened?.token === token) change({ opened: undefined, hasExpired: true });
    },
  };
}

function readSession(storage: Storage): OpenedSession | undefined {
  try {
    const kept = JSON.parse(storage.getItem(key) ?? 'null') as Partial<OpenedSession> | null;
    return typeof kept?.id === 'string' && typeof kept.token === 'string'
      ? { id: kept.id, token: kept.token }
      : undefined;
  } catch {
    // What another version of the page wrote: the viewer signs in again.
    return undefined;
  }
}

/** The header of each request. A visitor sends none. */
export function authorize(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/** Each response to a token that is expired or revoked says so, whatever it answers. */
export function saysExpired(extensions: Record<string, unknown> | undefined): boolean {
  return extensions?.session === 'EXPIRED';
}
