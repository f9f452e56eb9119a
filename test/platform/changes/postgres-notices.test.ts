// Change notices between two instances, over a real database. A lost connection is tested in test/gateway/cache/change-streams.test.ts.
import { afterEach, expect, inject, test } from 'vitest';
import { type ChangeHub, createChangeHub } from '../../../platform/changes/change-hub.ts';
import { openPostgresNotices } from '../../../platform/changes/postgres-notices.ts';
import { cloneDatabase } from '../../support/databases.ts';
import { silent } from '../../support/silent-log.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Instance {
  hub: ChangeHub;
  publishChange: () => void;
  /** Notices that the listeners of this instance received so far. */
  notices: () => number;
}

/** Opens instances over one database. */
async function cloneProducts(): Promise<() => Instance> {
  const { urls, drop } = await cloneDatabase({ adminUrl: inject('adminUrl'), name: 'products' });
  closers.push(drop);
  return () => {
    const hub = createChangeHub({ isReceiving: false });
    const options = { subgraph: 'products', databaseUrl: urls.runtime, hub, log: silent };
    const { publishChange, close } = openPostgresNotices(options);
    closers.push(close);
    let notices = 0;
    hub.onNotice(() => {
      notices += 1;
    });
    return { hub, publishChange, notices: () => notices };
  };
}

test('a change reaches its own process at once and the other instance by one notice, also when changes are many', async () => {
  const open = await cloneProducts();
  const [own, other] = [open(), open()];
  await expect.poll(() => own.hub.isReceiving() && other.hub.isReceiving()).toBe(true);
  const [ownBefore, otherBefore] = [own.notices(), other.notices()];
  for (let change = 0; change < 10; change += 1) own.publishChange();
  expect(own.notices()).toBe(ownBefore + 10);
  // The first change sends a notice. The other nine share the notice that follows after the interval.
  await expect.poll(() => other.notices()).toBe(otherBefore + 2);
  other.publishChange();
  // One more and no others: PostgreSQL also delivers the instance's own notices, which are ignored.
  await expect.poll(() => own.notices()).toBe(ownBefore + 11);
});

test('a change that is published before the connection listens is sent once it listens', async () => {
  const open = await cloneProducts();
  const other = open();
  await expect.poll(() => other.hub.isReceiving()).toBe(true);
  const before = other.notices();
  const own = open();
  own.publishChange();
  expect(own.hub.isReceiving()).toBe(false);
  await expect.poll(() => other.notices()).toBe(before + 1);
});
