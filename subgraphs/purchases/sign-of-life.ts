// The sign of life of an instance: an advisory lock on a connection of its own. Its random key is the owner of the purchases that
// the instance runs. PostgreSQL drops the lock when the connection ends, however the process died, so other instances find orphaned
// purchases without a clock. The instance itself proves each second that the connection is still there: where it cannot, others may
// run its purchases, and it neither starts nor continues one until it has a new sign (row-engine.ts).
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { boolean, integer, voidType } from '../../platform/database/column.ts';
import {
  type DedicatedConnection,
  openDedicatedConnection,
  probeUntilLost,
} from '../../platform/database/dedicated-connection.ts';
import { oneRowStatement, statement } from '../../platform/database/statement.ts';
import type { Log } from '../../platform/process/log.ts';

/** The first half of the lock's key: ASCII "purc". It keeps the lock apart from other locks in a shared database. */
export const signOfLifeClass = 0x70757263;

export interface SignOfLife {
  /** The second half of the lock's key. It identifies this instance, also after the sign was renewed. */
  key: number;
  /** True while the instance has proved within the last seconds that it holds its lock. */
  isProven: () => boolean;
  /** How often the lock was taken. Between two of these moments, other instances may have taken purchases over. */
  timesTaken: () => number;
  close: () => Promise<void>;
}

export interface SignOfLifeTimes {
  /** Time between two checks of the connection, in milliseconds. */
  checkMs: number;
  /** How long a check or a new connection may take, in milliseconds. */
  timeoutMs: number;
  /** How long a check that was answered proves that the instance holds its lock, in milliseconds. */
  provenMs: number;
}

/** A server that is slow for two seconds ends no sign; one that is silent for four ends it. */
const defaultTimes: SignOfLifeTimes = { checkMs: 1_000, timeoutMs: 4_000, provenMs: 3_500 };

/** The pause before the lock is taken again, in milliseconds: it doubles up to its maximum. */
const firstPauseMs = 100;
const maxPauseMs = 2_000;

/** Takes the lock, and takes it again when its connection is lost. */
export async function openSignOfLife(
  databaseUrl: string,
  log: Log,
  times: SignOfLifeTimes = defaultTimes,
): Promise<SignOfLife> {
  const key = randomInt(1, 2 ** 31 - 1);
  const closing = new AbortController();
  const { signal } = closing;
  let provenAt = performance.now();
  let timesTaken = 1;
  const first = await takeLock(databaseUrl, key, times);

  const keep = async () => {
    for (let held: DedicatedConnection | undefined = first; held !== undefined; ) {
      const onAlive = (sentAt: number) => {
        provenAt = sentAt;
      };
      const cause = await probeUntilLost(held, { intervalMs: times.checkMs, signal, onAlive });
      provenAt = Number.NEGATIVE_INFINITY;
      await held.close();
      if (signal.aborted) return;
      log.warn({ err: cause }, 'the sign of life is lost: no purchase is started until it is renewed');
      held = await retake(held.processId);
    }
  };
  const retake = async (formerProcessId: number): Promise<DedicatedConnection | undefined> => {
    for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(2 * pauseMs, maxPauseMs)) {
      try {
        const startedAt = performance.now();
        const taken = await takeLock(databaseUrl, key, times, formerProcessId);
        provenAt = startedAt;
        timesTaken += 1;
        log.info('the sign of life is renewed');
        return taken;
      } catch (cause) {
        log.warn({ err: cause }, 'could not renew the sign of life yet; trying again');
        await sleep(pauseMs, undefined, { signal }).catch(() => {});
      }
    }
    return undefined;
  };
  const kept = keep();
  return {
    key,
    isProven: () => performance.now() - provenAt < times.provenMs,
    timesTaken: () => timesTaken,
    close: () => {
      closing.abort();
      return kept;
    },
  };
}

/**
 * The lock is shared, so that this instance never waits for a former session of its own, which may live on at the server for as
 * long as that does not notice the loss of the connection.
 */
export const signOfLifeStatement = oneRowStatement({
  text: 'SELECT pg_advisory_lock_shared($1, $2)',
  params: [integer(), integer()],
  row: { pg_advisory_lock_shared: voidType() },
});

export const endFormerSessionStatement = statement({
  text: `SELECT pg_terminate_backend(l.pid) AS ended FROM pg_locks l
     WHERE l.locktype = 'advisory' AND l.classid = $1::integer::oid AND l.objid = $2::integer::oid AND l.objsubid = 2
       AND l.pid = $3`,
  params: [integer(), integer(), integer()],
  row: { ended: boolean() },
});

/** Opens a connection and takes the lock on it. Ends the former session of this instance: it would outlive the instance otherwise. */
async function takeLock(
  databaseUrl: string,
  key: number,
  { timeoutMs }: SignOfLifeTimes,
  formerProcessId?: number,
): Promise<DedicatedConnection> {
  const connection = await openDedicatedConnection({
    subgraph: 'purchases',
    url: databaseUrl,
    applicationName: 'tributary purchases sign of life',
    timeoutMs,
  });
  try {
    await signOfLifeStatement.run(connection, [signOfLifeClass, key]);
    if (formerProcessId !== undefined)
      await endFormerSessionStatement.run(connection, [signOfLifeClass, key, formerProcessId]);
    return connection;
  } catch (cause) {
    await connection.close();
    throw cause;
  }
}
