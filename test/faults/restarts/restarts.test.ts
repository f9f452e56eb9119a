// Each instance of the shop is replaced once while customers use it. The name of the test contains the seed, with which to repeat it.
import { randomInt } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { OpenResources } from '../../../platform/process/shutdown.ts';
import { readSupergraphMap } from '../../../platform/supergraph-map.ts';
import { cloneDatabase } from '../../support/databases.ts';
import { runRestarts } from './restarts.ts';

const seed = Number(process.env.TEST_RESTARTS_SEED ?? randomInt(2 ** 31));

test(`loses no request and no purchase while each instance is replaced once (seed ${seed})`, {
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
    const result = await runRestarts({ urls, restarts: 10, seed, resources });
    expect(result).toMatchObject({ restarts: 10, failures: [], violations: [] });
    // Customers read and bought meanwhile. Each purchase that was answered is there, and the one of the replaced instances.
    expect(result.queries).toBeGreaterThan(50);
    expect(result.purchases).toBeGreaterThan(20);
    expect(result.statuses).toEqual({ COMPLETED: result.purchases + 1 });
    expect(result.takenOver.first).not.toBe('COMPLETED');
    expect(result.takenOver.last).toBe('COMPLETED');
  } finally {
    expect(await resources.close()).toEqual([]);
  }
});
