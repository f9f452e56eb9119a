// Two instances of the shop are replaced while customers use it. The name of the test contains the seed, with which to repeat it.
// `npm run chaos -- --restarts 100` replaces more of them.
import { randomInt } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { OpenResources } from '../../../platform/process/shutdown.ts';
import { readSupergraphMap } from '../../../platform/supergraph-map.ts';
import { cloneDatabase } from '../../support/databases.ts';
import { runRestarts } from './restarts.ts';

const seed = Number(process.env.TEST_RESTARTS_SEED ?? randomInt(2 ** 31));

test(`loses no request and no purchase while instances are replaced (seed ${seed})`, {
  timeout: 240_000,
}, async () => {
  const adminUrl = inject('adminUrl');
  const resources = new OpenResources();
  const urls = new Map();
  try {
    for (const { name } of readSupergraphMap().subgraphs) {
      const database = await cloneDatabase({ adminUrl, name });
      resources.add(`database of ${name}`, database.drop);
      urls.set(name, database.urls);
    }
    const result = await runRestarts({ urls, restarts: 2, seed, resources });
    expect(result).toMatchObject({ restarts: 2, failures: [], violations: [] });
    // Customers read and bought meanwhile. Each purchase that was answered is there, and the one of the replaced instances.
    expect(result.queries).toBeGreaterThan(20);
    expect(result.purchases).toBeGreaterThan(10);
    // Payments learns of refunds at the provider by events only.
    expect(result.refunds).toBeGreaterThan(0);
    expect(result.recordedRefunds).toBe(result.refunds);
    expect(result.events).toBeGreaterThanOrEqual(result.refunds);
    expect(result.statuses).toEqual({ COMPLETED: result.purchases + 1 });
    expect(result.takenOver.first).not.toBe('COMPLETED');
    expect(result.takenOver.last).toBe('COMPLETED');
  } finally {
    expect(await resources.close()).toEqual([]);
  }
});
