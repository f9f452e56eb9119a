// A short round of chaos; `npm run chaos` runs longer ones. The name of the test contains the seed, with which to repeat it.
import { randomInt } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { cloneDatabase } from '../../support/databases.ts';
import { subgraphs } from '../services.ts';
import { openChaos } from './chaos-run.ts';

const seed = Number(process.env.TEST_CHAOS_SEED ?? randomInt(2 ** 31));

test(`keeps every invariant while processes, connections and networks fail (seed ${seed})`, {
  timeout: 150_000,
}, async () => {
  const adminUrl = inject('adminUrl');
  const databases = await Promise.all(subgraphs.map((name) => cloneDatabase({ adminUrl, name })));
  const urls = new Map(
    subgraphs.map((name, index) => [name, databases[index]?.urls ?? { runtime: '', owner: '' }]),
  );
  const events: string[] = [];
  const chaos = await openChaos({ urls, adminUrl, seed, report: (line) => events.push(line) });
  try {
    const { violations, disasters, answers, outcomes } = await chaos.round(15_000);
    expect(violations, `seed ${seed}: ${events.join('; ')}`).toEqual([]);
    // Enough disasters happened, and buyers bought meanwhile.
    expect(disasters).toBeGreaterThan(5);
    expect(answers).toBeGreaterThan(3);
    expect(Object.keys(outcomes)).toContain('COMPLETED');
    // No log contains a card token, whatever failed.
    expect(chaos.output()).not.toMatch(/tok_[a-z]/);
  } finally {
    await chaos.close();
    for (const database of databases) await database.drop();
  }
});
