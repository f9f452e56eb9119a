// A short run of `npm run chaos -- --followers 500`. The name of the test contains the seed, with which to repeat it.
import { randomInt } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { openLibrary } from '../../platform/followers/library.ts';
import { runFollowers } from './followers-run.ts';

const seed = Number(process.env.TEST_FOLLOWERS_SEED ?? randomInt(2 ** 31));

test(`gives each event one effect in the order of its subject while instances are killed (seed ${seed})`, async () => {
  const library = await openLibrary(inject('adminUrl'));
  try {
    const { committed, ...result } = await runFollowers({ library, kills: 3, seed });
    expect(result).toEqual({
      kills: 3,
      // How many of the kills hit a transaction, and which instances led, is for chance.
      inTransaction: expect.any(Number),
      connections: expect.any(Number),
      events: committed,
      outOfOrder: 0,
      skipped: 0,
      doubled: 0,
      parked: 0,
    });
    expect(committed).toBeGreaterThan(100);
  } finally {
    await library.close();
  }
});
