// Applies a page of events to the database of their follower, in one transaction with the move of its cursor: after a crash, either
// both have happened or neither has. An event whose effect fails is parked beside the effects of the others, and so are the later events
// of its subject; the events of all other subjects go on.
import type { DataSource, EntityManager } from 'typeorm';
import type { PublishedEvent } from '../events/event.ts';
import type { EventsPage } from '../events/read-events.ts';
import type { EffectContext, Follower } from './follow.ts';
import type { FollowerStatements } from './follower-tables.ts';

export interface FollowerRun {
  name: string;
  follower: Follower;
  db: DataSource;
  statements: FollowerStatements;
  /** The context of effects, without their transaction. */
  ctx: Omit<EffectContext, 'db'>;
  retries: Retries;
}

export interface Retries {
  /** Time until the first repeat of a failed effect, in milliseconds. It doubles with each attempt. */
  firstPauseMs: number;
  /** The attempt after which an event waits for an operator. */
  maxAttempts: number;
}

/** The last attempt is about a minute after the first one. */
export const defaultRetries: Retries = { firstPauseMs: 1_000, maxAttempts: 7 };

/** Another instance has moved the cursor: this one reads it again. */
export class CursorMoved extends Error {
  override name = 'CursorMoved';
}

/** Throws CursorMoved. An error other than of an effect says that nothing has happened. */
export async function applyPage(
  run: FollowerRun,
  from: string,
  page: EventsPage,
  signal: AbortSignal,
): Promise<void> {
  try {
    await applyInTransaction(run, from, page, async (_tx, ctx, free) => {
      for (const events of splitByType(free)) await apply(run, ctx, events);
    });
  } catch (cause) {
    if (cause instanceof CursorMoved || signal.aborted) throw cause;
    // One of the effects has failed, or the database: each effect is tried for itself. A database that is away fails again.
    await applyInTransaction(run, from, page, (tx, ctx, free) => applyEach(run, tx, ctx, free, signal));
  }
}

type ApplyFree = (tx: EntityManager, ctx: EffectContext, free: readonly PublishedEvent[]) => Promise<void>;

async function applyInTransaction(
  run: FollowerRun,
  from: string,
  { events, cursor }: EventsPage,
  applyFree: ApplyFree,
): Promise<void> {
  const { name, statements } = run;
  await inTransaction(run, async (tx, ctx) => {
    await moveCursor(run, tx, from, cursor);
    const subjects = [...new Set(events.map(({ subject }) => subject))];
    const blocked = new Set(
      (await statements.findBlocked.run(tx, [name, subjects])).map(({ subject }) => subject),
    );
    for (const event of events) if (blocked.has(event.subject)) await park(run, tx, event, 0, null);
    const free = events.filter(({ subject }) => !blocked.has(subject));
    await applyFree(tx, ctx, free);
  });
}

/** Does the work in one transaction, and announces afterwards what its effects have changed. */
export async function inTransaction<Result>(
  { db, ctx }: Pick<FollowerRun, 'db' | 'ctx'>,
  work: (tx: EntityManager, ctx: EffectContext) => Promise<Result>,
): Promise<Result> {
  let isChanged = false;
  const publishChange = () => {
    isChanged = true;
  };
  const result = await db.transaction((tx) => work(tx, { ...ctx, db: tx, publishChange }));
  if (isChanged) ctx.publishChange();
  return result;
}

/** Throws CursorMoved when the cursor is not where this instance has left it. */
export async function moveCursor(
  { name, statements }: Pick<FollowerRun, 'name' | 'statements'>,
  db: EffectContext['db'],
  from: string,
  to: string,
): Promise<void> {
  const [, moved] = await statements.moveCursor.run(db, [name, from, to]);
  if (moved === 0) throw new CursorMoved(`the cursor of ${name} was moved by another instance`);
}

/** When so many effects fail and none succeeds, the handler is broken, and no event is the cause. */
const maxFailuresOnly = 20;

/**
 * A savepoint before each effect, so that one that fails takes back nothing else. Throws, and takes back the page, when all effects fail
 * or when the process is to end.
 */
async function applyEach(
  run: FollowerRun,
  tx: EntityManager,
  ctx: EffectContext,
  events: readonly PublishedEvent[],
  signal: AbortSignal,
): Promise<void> {
  const failed = new Set<string>();
  let succeeded = 0;
  for (const event of events) {
    signal.throwIfAborted();
    if (failed.has(event.subject)) await park(run, tx, event, 0, null);
    else {
      const cause = await tryEffect(run, tx, ctx, event);
      if (cause === undefined) {
        succeeded += 1;
        continue;
      }
      failed.add(event.subject);
      if (succeeded === 0 && failed.size === maxFailuresOnly)
        throw new Error(`the effects of ${maxFailuresOnly} events have failed, and none has succeeded`, {
          cause,
        });
      await park(run, tx, event, isTransient(cause) ? 0 : 1, describeCause(cause));
    }
  }
}

/** Returns what made the effect fail. Throws when the transaction itself is lost. */
export async function tryEffect(
  run: FollowerRun,
  tx: EntityManager,
  ctx: EffectContext,
  event: PublishedEvent,
): Promise<unknown> {
  await tx.query('SAVEPOINT effect');
  try {
    await apply(run, ctx, [event]);
    await tx.query('RELEASE SAVEPOINT effect');
    return undefined;
  } catch (cause) {
    await tx.query('ROLLBACK TO SAVEPOINT effect; RELEASE SAVEPOINT effect');
    run.ctx.log.warn(
      { err: cause, follower: run.name, event: event.id, type: event.type },
      'an effect of an event has failed; it is tried again',
    );
    return cause;
  }
}

/** SQLSTATEs of a lock or a statement that took too long, of a deadlock, and of a server without room: no fault of the event. */
const transientCodes = /^(40001|40P01|55P03|57|53|08)/;

/** True when the same effect may succeed later. Such a failure is no attempt. */
export function isTransient(cause: unknown): boolean {
  const { code } = cause as { code?: unknown };
  return typeof code === 'string' && transientCodes.test(code);
}

/** All events are of one type. Throws for data that the handler cannot read. */
async function apply(run: FollowerRun, ctx: EffectContext, events: readonly PublishedEvent[]): Promise<void> {
  const [first] = events;
  const handler = first === undefined ? undefined : run.follower.handlers[first.type];
  if (handler === undefined) return;
  await handler.apply(
    ctx,
    events.map((event) => ({ ...event, data: handler.reads.parse(event.data) })),
  );
}

async function park(
  { name, statements, retries }: FollowerRun,
  tx: EntityManager,
  event: PublishedEvent,
  attempts: number,
  error: string | null,
): Promise<void> {
  const { id, subject, version } = event;
  await statements.park.run(tx, [
    name,
    id,
    subject,
    version,
    JSON.stringify(event),
    attempts,
    error,
    retries.firstPauseMs,
  ]);
}

/** For an operator. Of an error of PostgreSQL only the code and the constraint: its message may hold a value of the row. */
export function describeCause(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause).slice(0, 1_000);
  const { code, constraint } = cause as { code?: unknown; constraint?: unknown };
  const isOfPostgres = typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code);
  const text = isOfPostgres ? `PostgreSQL ${code} ${constraint ?? ''}` : `${cause.name}: ${cause.message}`;
  return text.trim().slice(0, 1_000);
}

function splitByType(events: readonly PublishedEvent[]): PublishedEvent[][] {
  const runs: PublishedEvent[][] = [];
  for (const event of events) {
    const last = runs.at(-1);
    if (last?.[0]?.type === event.type) last.push(event);
    else runs.push([event]);
  }
  return runs;
}
