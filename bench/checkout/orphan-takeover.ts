// Measures how long a confirmed purchase waits after its instance has ended, until another instance completes it.
import pg from 'pg';
import type { Ready } from './graph.ts';
import type { Buyer, Client } from './shop.ts';

/** Milliseconds of each, shortest first. */
export async function measureOrphanTakeover(
  client: Client,
  ready: Ready,
  buyers: readonly Buyer[],
): Promise<number[]> {
  const db = new pg.Client({ connectionString: ready.urls.purchases ?? '' });
  await db.connect();
  const took: number[] = [];
  for (const buyer of buyers) {
    const id = await client.buy(buyer);
    // Every participant is idempotent by purchase id: put back to CONFIRMED under a dead owner, it is carried on again.
    await db.query(`UPDATE purchases.purchase SET status = 'CONFIRMED', owner = 1 WHERE id = $1`, [id]);
    const started = performance.now();
    for (let status = ''; status !== 'COMPLETED'; ) {
      const { rows } = await db.query('SELECT status FROM purchases.purchase WHERE id = $1', [id]);
      status = rows[0]?.status;
    }
    took.push(performance.now() - started);
  }
  await db.end();
  return took.toSorted((a, b) => a - b);
}
