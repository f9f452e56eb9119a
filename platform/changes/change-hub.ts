// Word that something has changed of what a subgraph tells everybody alike: whoever keeps such answers drops them. It says
// neither what nor how, so that nothing of it is secret and many changes are one. A change is told after its commit, by the
// code that made it. This is the word within one process; changes/postgres-notices.ts passes it on to other instances.

export interface Changes {
  /** False while changes may pass unheard: then nothing that is kept can be trusted. */
  isHeard: () => boolean;
  /** Told of each change, and whenever it is not certain that there was none. Returns how to stop. */
  onChange: (listener: () => void) => () => void;
}

export interface ChangeHub extends Changes {
  /** Something has changed, or may have. */
  tell: () => void;
  /** Whether changes made elsewhere arrive here. */
  setHeard: (isHeard: boolean) => void;
}

export function createChangeHub(isHeardFirst = true): ChangeHub {
  const listeners = new Set<() => void>();
  let isHeard = isHeardFirst;
  const tell = () => {
    for (const listener of listeners) listener();
  };
  return {
    isHeard: () => isHeard,
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tell,
    setHeard: (next) => {
      if (next === isHeard) return;
      isHeard = next;
      // What was missed until now counts as a change, and what will be missed from now on must not be kept.
      tell();
    },
  };
}

/**
 * Carries out a write that many answers may depend on, and tells of it when it ends, however it ends: where the connection
 * broke after the commit, nobody knows.
 */
export async function changing<Result>(
  { changed }: { changed: () => void },
  write: () => Promise<Result>,
): Promise<Result> {
  try {
    return await write();
  } finally {
    changed();
  }
}
