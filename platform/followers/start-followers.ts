// Starts the followers of a subgraph: in the instance that leads, each reads its publisher and tries its parked events again.
import type { DataSource } from 'typeorm';
import type { ReadEvents } from '../events/read-events.ts';
import { startBackgroundLoop } from '../process/background-loop.ts';
import { defaultRetries, type FollowerRun, type Retries } from './apply-page.ts';
import type { EffectContext, Follower } from './follow.ts';
import { createFollowerState, type FollowerHealth, type FollowerState } from './follower-health.ts';
import { runFollower } from './follower-loop.ts';
import { buildFollowerStatements } from './follower-tables.ts';
import { startLeader } from './leader.ts';
import { retryOneParked } from './retry-parked.ts';

/** The longest time between two looks for parked events that are due, in milliseconds. */
const maxRetryPauseMs = 1_000;

export interface FollowersOptions {
  subgraph: string;
  followers: Readonly<Record<string, Follower>>;
  db: DataSource;
  databaseUrl: string;
  ctx: Omit<EffectContext, 'db'>;
  /** How the events of a publisher are read. */
  eventsFor: (publisher: string) => ReadEvents;
  retries?: Retries;
}

export interface Followers {
  health: () => Promise<Readonly<Record<string, FollowerHealth>>>;
  close: () => Promise<void>;
}

interface Running {
  run: FollowerRun;
  state: FollowerState;
}

/** Without followers it opens nothing. */
export function startFollowers(options: FollowersOptions): Followers {
  const { subgraph, followers, db, databaseUrl, ctx, eventsFor, retries = defaultRetries } = options;
  if (Object.keys(followers).length === 0) return { health: async () => ({}), close: async () => {} };
  const statements = buildFollowerStatements(subgraph);
  const all = Object.entries(followers).map(([name, follower]): Running => {
    const run = { name, follower, db, statements, ctx, retries };
    return { run, state: createFollowerState({ subgraph, name, publisher: follower.publisher }, ctx.log) };
  });
  const lead = async (signal: AbortSignal) => {
    await Promise.all(all.map((each) => runOne(each, eventsFor, signal)));
  };
  return {
    health: async () =>
      Object.fromEntries(
        await Promise.all(
          all.map(async ({ run, state }) => [run.name, await readHealth(run, state)] as const),
        ),
      ),
    close: startLeader({ subgraph, databaseUrl, log: ctx.log, lead }),
  };
}

async function runOne(
  { run, state }: Running,
  eventsFor: FollowersOptions['eventsFor'],
  signal: AbortSignal,
): Promise<void> {
  const stopRetries = startBackgroundLoop(
    Math.min(maxRetryPauseMs, run.retries.firstPauseMs),
    run.ctx.log,
    () => retryOneParked(run),
  );
  try {
    await runFollower(run, eventsFor(run.follower.publisher), state, signal);
  } finally {
    await stopRetries();
    state.setStandby();
  }
}

async function readHealth(
  { name, db, statements }: FollowerRun,
  state: FollowerState,
): Promise<FollowerHealth> {
  const [counts = { waiting: 0, parked: 0 }] = await statements.count.run(db, [name]);
  return { ...state.read(), ...counts };
}
