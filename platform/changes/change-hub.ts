// Change notices of one subgraph within one process: each says that public rows may have changed, so that a gateway drops the
// responses it holds. A notice says neither which rows nor how: it holds nothing secret, and many changes can share one notice.
// The code that changes rows publishes the notice after its commit. Other instances receive it through postgres-notices.ts.

export interface ChangeNotices {
  /** False while a notice may be missed. Responses must not be cached then. */
  isReceiving: () => boolean;
  /** Calls the listener for each notice, and whenever a notice may have been missed. Returns a function that stops it. */
  onNotice: (listener: () => void) => () => void;
}

export interface ChangeHub extends ChangeNotices {
  /** Says that rows have changed, or may have changed. */
  publish: () => void;
  /** Says whether notices of other instances arrive here. */
  setReceiving: (isReceiving: boolean) => void;
}

export function createChangeHub(initial: { isReceiving: boolean }): ChangeHub {
  const listeners = new Set<() => void>();
  let { isReceiving } = initial;
  const publish = () => {
    for (const listener of listeners) listener();
  };
  return {
    isReceiving: () => isReceiving,
    onNotice: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    publish,
    setReceiving: (next) => {
      if (next === isReceiving) return;
      isReceiving = next;
      // Notices may have been missed before this moment, or may be missed after it: cached responses are dropped in both cases.
      publish();
    },
  };
}

/**
 * Runs a write and publishes a change notice when it ends. A write that fails is published too: when the connection breaks after
 * the commit, the error does not show that the rows have changed.
 */
export async function publishChangeAfter<Result>(
  { publishChange }: { publishChange: () => void },
  write: () => Promise<Result>,
): Promise<Result> {
  try {
    return await write();
  } finally {
    publishChange();
  }
}
