// An instance's sign of life: an advisory lock on a connection of its own, under a random key that it writes as the
// owner of the purchases it runs. PostgreSQL drops the lock the moment the connection goes, however the process died,
// so that others need no heartbeat and no clock to know whose purchases are orphans.
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { integer, voidType } from '../../platform/database/column.ts';
import { oneRowStatement } from '../../platform/database/statement.ts';
import type { Log } from '../../platform/process/log.ts';

/** First half of the lock's key, so that a shared database never confuses it with others': ASCII "purc". */
export const signOfLifeClass = 0x70757263;

export interface SignOfLife {
  /** Second half of the key: who we are. */
  key: number;
  close: () => Promise<void>;
}

const reconnectMs = 100;

/** Takes the lock. Should its connection break, it is taken again; until then others may run our purchases beside us. */
export async function openSignOfLife(databaseUrl: string, log: Log): Promise<SignOfLife> {
  const key = randomInt(1, 2 ** 31 - 1);
  let isClosing = false;
  let client = await hold(databaseUrl, key);
  const watch = (watched: pg.Client) => {
    // An error ends the connection; both events arrive, and one is enough.
    watched.on('error', (cause) => log.warn({ err: cause }, 'the sign of life broke'));
    watched.once('end', () => {
      if (!isClosing) void renew();
    });
  };
  const renew = async () => {
    while (!isClosing) {
      try {
        client = await hold(databaseUrl, key);
        watch(client);
        if (isClosing) await client.end();
        return;
      } catch (cause) {
        log.warn({ err: cause }, 'the sign of life cannot be renewed yet');
        await sleep(reconnectMs);
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

async function hold(databaseUrl: string, key: number): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'tributary purchases sign of life',
    keepAlive: true,
  });
  await client.connect();
  await client.query(signOfLifeStatement.text, [signOfLifeClass, key]);
  return client;
}
