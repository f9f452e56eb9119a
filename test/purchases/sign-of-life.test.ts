// The sign of life of an instance whose connection a proxy swallows, so that neither side learns that it is lost.
import { afterEach, expect, test } from 'vitest';
import { openSignOfLife, signOfLifeClass } from '../../subgraphs/purchases/sign-of-life.ts';
import { startProxy, type TcpProxy } from '../faults/proxy.ts';
import { silent } from '../support/silent-log.ts';
import { subgraphTest } from '../support/subgraph.ts';

const purchases = subgraphTest('purchases');
const times = { checkMs: 50, timeoutMs: 1_000, provenMs: 1_500 };
const eventually = { timeout: 20_000, interval: 20 };

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function openThroughProxy({ timeoutMs } = times) {
  const url = new URL(purchases.urls().runtime);
  const proxy = await startProxy(Number(url.port));
  closers.push(proxy.close);
  url.port = new URL(proxy.url).port;
  const sign = await openSignOfLife(url.href, silent, { ...times, timeoutMs });
  closers.push(sign.close);
  return { sign, proxy };
}

/** The sessions that hold the lock with this key. */
const findHolders = async (key: number): Promise<number[]> => {
  const rows = await purchases.sql(
    `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = $1 AND objid = $2`,
    [signOfLifeClass, key],
  );
  return rows.map(({ pid }) => pid);
};

const countSessions = async (): Promise<number> => {
  const [row] = await purchases.sql(
    `SELECT count(*)::integer AS count FROM pg_stat_activity
     WHERE datname = current_database() AND application_name LIKE '%sign of life'`,
  );
  return row?.count;
};

/** Waits until the instance has tried several times to renew its sign. */
async function waitForAttempts(proxy: TcpProxy, attempts: number): Promise<number> {
  let most = 0;
  let before = 0;
  let seen = 0;
  while (seen < attempts) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    const now = proxy.connections();
    if (now > before) seen += 1;
    before = now;
    most = Math.max(most, now);
  }
  return most;
}

test('is not proven when its connection dies silently, and takes its lock again beside the session that lives on', async () => {
  const { sign, proxy } = await openThroughProxy();
  const [former] = await findHolders(sign.key);
  proxy.lose();
  proxy.setMode('refuse');
  await expect.poll(sign.isProven, eventually).toBe(false);
  expect(await findHolders(sign.key), 'the server has not noticed the loss').toEqual([former]);

  proxy.setMode('pass');
  await expect.poll(sign.isProven, eventually).toBe(true);
  expect(sign.timesTaken()).toBe(2);
  // The former session would otherwise show the instance as alive for as long as the server takes it for connected.
  await expect.poll(() => findHolders(sign.key), eventually).toHaveLength(1);
  expect(await findHolders(sign.key)).not.toContain(former);
});

test('leaves no connection of a failed attempt behind, at neither side', async () => {
  const before = await countSessions();
  const { proxy } = await openThroughProxy({ ...times, timeoutMs: 200 });
  // The server hears each attempt and answers it, and no answer arrives.
  proxy.setMode('deafen');
  expect(await waitForAttempts(proxy, 3)).toBeLessThanOrEqual(2);
  expect(await countSessions()).toBeLessThanOrEqual(before + 2);
});

test('closes at once while the server does not answer', async () => {
  const { sign, proxy } = await openThroughProxy();
  proxy.setMode('swallow');
  await sign.close();
  expect(await Promise.race([sign.close(), 'still open'])).toBeUndefined();
});
