// Builds an index while other sessions write to its table. A migration that calls this has `transaction = false`, because PostgreSQL
// builds no index concurrently inside of a transaction.
import pg from 'pg';
import type { QueryRunner } from 'typeorm';

/**
 * Builds the index. `definition` is what follows its name: `ON purchases.purchase (status, id)`. An invalid index that an interrupted
 * build left behind is replaced, so that the migration can run again.
 */
export async function buildIndexConcurrently(
  runner: QueryRunner,
  schema: string,
  name: string,
  definition: string,
): Promise<void> {
  const index = pg.escapeIdentifier(name);
  // The build waits for every older transaction, such as a backup. No query waits behind it meanwhile, so that it may take its time.
  // A build that fails ends the session, so that only a success has to restore the limit.
  await runner.query('SET lock_timeout = 0');
  await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS ${pg.escapeIdentifier(schema)}.${index}`);
  await runner.query(`CREATE INDEX CONCURRENTLY ${index} ${definition}`);
  await runner.query('RESET lock_timeout');
}
