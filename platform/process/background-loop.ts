// Repeats work in the background: one round at a time, a pause between rounds, and a stop that waits for the running round.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from './log.ts';

/**
 * Runs rounds with a pause between them until it is stopped; without a pause when a round returns true, because there is more
 * to do. A failed round is logged and repeated after the pause. The returned function stops the loop and waits for its round.
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
        if (!signal.aborted) log.error({ err: cause }, 'a round of background work failed');
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
