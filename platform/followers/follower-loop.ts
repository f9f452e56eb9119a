// One follower at work: reads pages of its publisher's feed and applies each. What it has read without events moves its cursor only in
// memory, and about once a minute in the database, so that a quiet follower writes nothing and its cursor does not expire.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadEvents } from '../events/read-events.ts';
import { Refusal } from '../values/refusal.ts';
import { applyPage, CursorMoved, type FollowerRun, moveCursor } from './apply-page.ts';
import { endsFollowing, type FollowerState } from './follower-health.ts';

/** Events of one page, and so of one transaction. */
const pageSize = 500;

/** How long a read waits for an event, in milliseconds. */
const waitMs = 10_000;

/** Time between two attempts while the publisher does not answer, in milliseconds: it doubles up to its maximum. */
const firstPauseMs = 100;
const maxPauseMs = 5_000;

/** Age of the stored cursor at which it is written although there was no event, in milliseconds. */
const storeEveryMs = 60_000;

interface Place {
  /** The cursor in the database. */
  stored: string;
  /** The cursor after the last page that was read. */
  current: string;
  storedAt: number;
}

/** Runs until the signal aborts. It never rejects. */
export async function runFollower(
  run: FollowerRun,
  readEvents: ReadEvents,
  state: FollowerState,
  signal: AbortSignal,
): Promise<void> {
  let pauseMs = firstPauseMs;
  while (!signal.aborted) {
    try {
      await followFrom(run, readEvents, await loadPlace(run, readEvents, signal), signal, () => {
        pauseMs = firstPauseMs;
        state.setFollowing();
      });
    } catch (cause) {
      if (signal.aborted) return;
      if (cause instanceof CursorMoved) continue;
      if (cause instanceof Refusal && endsFollowing(cause)) state.setRefused(cause);
      else state.setFailing(cause);
      await sleep(pauseMs, undefined, { signal }).catch(() => {});
      pauseMs = Math.min(2 * pauseMs, maxPauseMs);
    }
  }
}

/**
 * Reads the cursor from the database. A follower that never ran, or that an operator has restarted at `now`, gets the cursor at which it
 * begins: it is written before the first page, so that a crash moves the beginning no further.
 */
async function loadPlace(
  { name, db, statements, follower }: FollowerRun,
  readEvents: ReadEvents,
  signal: AbortSignal,
): Promise<Place> {
  const [row] = await statements.readCursor.run(db, [name]);
  const start = row?.cursor ?? follower.start;
  const cursor =
    start === 'now' ? (await readEvents({ after: 'now', limit: 1, waitMs: 0 }, signal)).cursor : start;
  if (row === undefined) await statements.createCursor.run(db, [name, cursor]);
  else if (cursor !== row.cursor) await statements.moveCursor.run(db, [name, row.cursor, cursor]);
  // Another instance may have written it first.
  const [written] = await statements.readCursor.run(db, [name]);
  const stored = written?.cursor ?? cursor;
  return { stored, current: stored, storedAt: Date.now() };
}

async function followFrom(
  run: FollowerRun,
  readEvents: ReadEvents,
  place: Place,
  signal: AbortSignal,
  onPage: () => void,
): Promise<void> {
  const types = Object.keys(run.follower.handlers);
  // The first answer shows that the publisher can be read, so that it must not wait for an event.
  for (let wait = 0; !signal.aborted; wait = waitMs) {
    const page = await readEvents({ after: place.current, types, limit: pageSize, waitMs: wait }, signal);
    const isStored = page.events.length > 0 || Date.now() - place.storedAt > storeEveryMs;
    if (page.events.length > 0) await applyPage(run, place.stored, page, signal);
    else if (isStored) await moveCursor(run, run.db, place.stored, page.cursor);
    place.current = page.cursor;
    if (isStored) Object.assign(place, { stored: page.cursor, storedAt: Date.now() });
    // Only now the follower follows: a page that is read and cannot be applied is a failure.
    onPage();
  }
}
