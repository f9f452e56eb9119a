// Work that is looked for again and again: one round at a time, a pause between rounds, and a stop that waits.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from './log.ts';

/**
 * Runs `round` every so many milliseconds until it is stopped; at once again when a round answers true (there is more).
 * A round that fails is logged and tried again after the pause. `stop` lets the running round end.
 */
export function startBackgroundLoop(
  pauseMs: number,
  log: Log,
  runRound: (signal: AbortSignal) => Promise<boolean | undefined>,
): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const loop = async () => {
    while (!signal.aborted) {
      const isMore = await runRound(signal).catch((cause: unknown) => {
        if (!signal.aborted) log.error({ err: cause }, 'a sweep failed');
        return false;
      });
      if (isMore !== true) await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const ended = loop();
  return () => {
    stopping.abort();
    return ended;
  };
}
