// The sign of life of an instance: an advisory lock on a connection of its own. Its random key is the owner of the purchases that
// the instance runs. PostgreSQL drops the lock when the connection ends, however the process died. So other instances find
// orphaned purchases without a heartbeat and without a clock.
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../../platform/database/client.ts';
import { integer, voidType } from '../../platform/database/column.ts';
import { connect } from '../../platform/database/connect.ts';
import { oneRowStatement } from '../../platform/database/statement.ts';
import type { Log } from '../../platform/process/log.ts';

/** The first half of the lock's key: ASCII "purc". It keeps the lock apart from other locks in a shared database. */
export const signOfLifeClass = 0x70757263;

export interface SignOfLife {
  /** The second half of the lock's key. It identifies this instance. */
  key: number;
  close: () => Promise<void>;
}

const reconnectPauseMs = 100;

/**
 * Takes the lock, and takes it again when its connection breaks. Until then, other instances may run the same purchases as this
 * one.
 */
export async function openSignOfLife(databaseUrl: string, log: Log): Promise<SignOfLife> {
  const key = randomInt(1, 2 ** 31 - 1);
  let isClosing = false;
  let client = await takeLock(databaseUrl, key);
  const watch = (watched: Client) => {
    // An error also ends the connection, so the event "end" follows and renews the lock.
    watched.on('error', (cause) => log.warn({ err: cause }, 'the connection of the sign of life broke'));
    watched.once('end', () => {
      if (!isClosing) void renew();
    });
  };
  const renew = async () => {
    while (!isClosing) {
      try {
        client = await takeLock(databaseUrl, key);
        watch(client);
        if (isClosing) await client.end();
        return;
      } catch (cause) {
        log.warn({ err: cause }, 'could not renew the sign of life yet; trying again');
        await sleep(reconnectPauseMs);
      }
    }
  };
  watch(client);
  return {
    key,
    close: async () => {
      isClosing = true;
      await client.end();
    },
  };
}

export const signOfLifeStatement = oneRowStatement({
  text: 'SELECT pg_advisory_lock($1, $2)',
  params: [integer(), integer()],
  row: { pg_advisory_lock: voidType() },
});

async function takeLock(databaseUrl: string, key: number): Promise<Client> {
  const applicationName = 'tributary purchases sign of life';
  const client = await connect({ subgraph: 'purchases', url: databaseUrl, applicationName });
  await client.query(signOfLifeStatement.text, [signOfLifeClass, key]);
  return client;
}
