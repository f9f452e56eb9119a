// Kills instances of a follower at random moments while writers publish events, and counts the effects at last: each event has to have
// exactly one, in the order of its subject. Two instances run at a time, and the one that is killed is started again at once.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createChecker, type Findings } from '../../platform/events/readers.ts';
import { countEvents, readVersions, write } from '../../platform/events/writers.ts';
import type { Library } from '../../platform/followers/library.ts';
import { createRandom, type Random } from '../../support/random.ts';

const writers = 8;

/** Longest time between two kills, in milliseconds. */
const maxPauseMs = 400;

/** How long the follower may take for the last events, in milliseconds. */
const drainMs = 60_000;

export interface FollowersRunOptions {
  library: Library;
  kills: number;
  seed: number;
  ending?: AbortSignal;
}

export interface FollowersRunResult extends Findings {
  kills: number;
  /** Kills while a transaction of a follower had changed something and was not committed. */
  inTransaction: number;
  /** Connections that have written effects. Each process has its own. */
  connections: number;
  /** Events that writers have committed. */
  committed: number;
  /** Effects that wait for another attempt or for an operator. None fails by itself. */
  parked: number;
}

export async function runFollowers({
  library,
  kills,
  seed,
  ending,
}: FollowersRunOptions): Promise<FollowersRunResult> {
  const random = createRandom(seed);
  let isOver = false;
  const writing = write(library.shop, {
    writers,
    transactions: Number.POSITIVE_INFINITY,
    seed,
    isOver: () => isOver,
  });
  const instances = [startInstance(library), startInstance(library)];
  try {
    const counts = { kills: 0, inTransaction: 0 };
    while (counts.kills < kills && ending?.aborted !== true) {
      counts.inTransaction += await killOne(library, instances, random);
      counts.kills += 1;
    }
    isOver = true;
    await writing;
    return { ...counts, ...(await countEffects(library)) };
  } finally {
    isOver = true;
    await Promise.all([writing, ...instances.map(({ kill }) => kill())]);
  }
}

interface Instance {
  /** Rejects when the process ends before. */
  ready: Promise<unknown>;
  kill: () => Promise<void>;
}

function startInstance({ shop }: Library): Instance {
  const child: ChildProcess = fork(join(import.meta.dirname, 'follower-process.ts'), [shop.url], {
    execArgv: [],
  });
  const exited = once(child, 'exit');
  const ended = exited.then(([code, signal]) => {
    throw new Error(`an instance of the follower ended with ${code ?? signal}`);
  });
  const ready = Promise.race([once(child, 'message'), ended]);
  // An instance may be killed before somebody waits for it.
  ready.catch(() => {});
  return {
    ready,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Most instances work for a while before they are killed, and some are killed during their start. Returns 1 for a kill inside of a transaction. */
async function killOne(library: Library, instances: Instance[], random: Random): Promise<number> {
  const index = random.between(0, 1);
  const [killed, other] = [instances[index], instances[1 - index]];
  if (killed === undefined || other === undefined) throw new Error('two instances run');
  if (random.chance(0.75)) await Promise.all([killed.ready, other.ready]);
  await sleep(random.between(0, maxPauseMs));
  const [row] = await library.sql(
    `SELECT count(*)::integer AS open FROM pg_stat_activity
     WHERE datname = current_database() AND backend_xid IS NOT NULL AND query LIKE '%library.%'`,
  );
  await killed.kill();
  instances[index] = startInstance(library);
  return Math.min(1, Number(row?.open));
}

async function countEffects(library: Library): Promise<Omit<FollowersRunResult, 'kills' | 'inTransaction'>> {
  const committed = await readVersions(library.shop);
  const total = countEvents(committed);
  const count = async () => Number((await library.sql('SELECT count(*) AS n FROM library.effect'))[0]?.n);
  for (const giveUpAt = Date.now() + drainMs; Date.now() < giveUpAt && (await count()) < total; )
    await sleep(100);
  const checker = createChecker();
  checker.add(await library.readEffects());
  const [row] = await library.sql(
    `SELECT (SELECT count(DISTINCT backend) FROM library.effect)::integer AS connections,
       (SELECT count(*) FROM library.parked_event)::integer AS parked`,
  );
  return {
    ...checker.finish(committed),
    committed: total,
    connections: Number(row?.connections),
    parked: Number(row?.parked),
  };
}
