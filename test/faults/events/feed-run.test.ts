// A short run of `npm run chaos -- --feed 1000000`. The name of the test contains the seed, with which to repeat it.
import { randomInt } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { openShop } from '../../platform/events/writers.ts';
import { runFeed } from './feed-run.ts';

const seed = Number(process.env.TEST_FEED_SEED ?? randomInt(2 ** 31));

test(`loses no event of 64 writers beside an open transaction, where the usual readers do (seed ${seed})`, async () => {
  const shop = await openShop(inject('adminUrl'), 1_001);
  try {
    const { readers, committed } = await runFeed({ shop, events: 1_500, seed, holdMs: 300 });
    const [feed, serial, transaction] = readers;
    expect(feed).toMatchObject({ events: committed, outOfOrder: 0, skipped: 0, doubled: 0 });
    expect(committed).toBeGreaterThanOrEqual(1_500);
    expect(serial?.skipped).toBeGreaterThan(0);
    expect(transaction?.outOfOrder).toBeGreaterThan(0);
    // Events were committed and read both with and without the open transaction.
    expect(feed?.lagFree.events).toBeGreaterThan(0);
    expect(feed?.lagHeld.events).toBeGreaterThan(0);
  } finally {
    await shop.close();
  }
});
