// What an operator does about followers that need a decision: looks at parked events, has one tried again or drops it, and chooses where a
// follower goes on that its publisher has refused. Each act is one transaction on the database of the follower, beside the instances that run.
import type { DataSource } from 'typeorm';
import { isUuid } from '../values/uuid.ts';
import { buildFollowerStatements } from './follower-tables.ts';

/** An act that cannot be done. The message is one sentence that says why. */
export class OperatorError extends Error {
  override name = 'OperatorError';
}

export interface FollowerDatabase {
  subgraph: string;
  db: DataSource;
}

export interface ParkedEvent {
  follower: string;
  subject: string;
  version: number;
  type: string;
  /** The event of the same subject that comes first. Undefined when this one does. */
  waitsFor: string | undefined;
}

/** The lines of all parked events of a subgraph: the first one of each subject, and how many wait for it. */
export async function describeParked({ subgraph, db }: FollowerDatabase): Promise<string[]> {
  const rows = await buildFollowerStatements(subgraph).listParked.run(db);
  return rows.flatMap(
    ({ follower, id, type, subject, version, attempts, error, retry_at, created_at, later }) => [
      `${subgraph}/${follower}: ${type} ${id}, version ${version} of ${subject}`,
      `  parked since ${created_at.toISOString()}, ${attempts} attempts, ${describeNext(retry_at, later)}`,
      ...(error === null ? [] : [`  ${error.replaceAll(/\s*\n\s*/g, ' ')}`]),
    ],
  );
}

function describeNext(retryAt: Date | null, later: number): string {
  const next = retryAt === null ? 'waits for an operator' : `is tried again at ${retryAt.toISOString()}`;
  return later === 0 ? next : `${next}; ${later} later of its subject wait for it`;
}

/** Several followers of the subgraph may have parked the event. Throws OperatorError when none has. */
export async function findParked({ subgraph, db }: FollowerDatabase, id: string): Promise<ParkedEvent[]> {
  if (!isUuid(id))
    throw new OperatorError(`"${id}" is not the id of an event; npm run events -- parked lists them`);
  const rows = await buildFollowerStatements(subgraph).findParked.run(db, [id]);
  if (rows.length === 0)
    throw new OperatorError(
      `No follower of ${subgraph} has parked the event ${id}; npm run events -- parked ${subgraph} lists those that are`,
    );
  return rows.map(({ waits_for, ...event }) => ({ ...event, waitsFor: waits_for ?? undefined }));
}

/** Has the event tried at once, with as many attempts as a new one has. Returns the followers that will. Throws OperatorError. */
export async function replayEvent(database: FollowerDatabase, id: string): Promise<string[]> {
  const first = (await findParked(database, id)).filter(({ waitsFor }) => waitsFor === undefined);
  if (first.length === 0) {
    const [event] = await findParked(database, id);
    throw new OperatorError(
      `The event ${id} waits for ${event?.waitsFor}, an earlier one of its subject: replay or skip that one`,
    );
  }
  return changeEach(database, id, first, 'replay');
}

/** Drops the event: its effect will never happen. Returns the followers that had parked it. Throws OperatorError. */
export async function skipEvent(database: FollowerDatabase, id: string): Promise<string[]> {
  return changeEach(database, id, await findParked(database, id), 'unpark');
}

/** An attempt that runs at this moment holds the row, so that the statement waits for its end. */
async function changeEach(
  { subgraph, db }: FollowerDatabase,
  id: string,
  events: readonly ParkedEvent[],
  change: 'replay' | 'unpark',
): Promise<string[]> {
  const changeOne = buildFollowerStatements(subgraph)[change];
  const changed: string[] = [];
  await db.transaction(async (tx) => {
    for (const { follower, subject, version } of events) {
      const [, count] = await changeOne.run(tx, [follower, subject, version]);
      if (count > 0) changed.push(follower);
    }
  });
  if (changed.length === 0)
    throw new OperatorError(`The event ${id} is parked no more: an attempt at it has just succeeded`);
  return changed;
}

export type RestartPlace = 'beginning' | 'now';

/**
 * Sets where the follower goes on: with all events that are kept, of which it gets those again that it had, or with those from the moment at
 * which it reads next. Events that are parked stay. A follower that is refused notices it within seconds, and any other at its next event.
 */
export async function restartFollower(
  { subgraph, db }: FollowerDatabase,
  follower: string,
  place: RestartPlace,
): Promise<void> {
  await buildFollowerStatements(subgraph).restart.run(db, [follower, place]);
}
