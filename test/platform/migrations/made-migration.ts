// Migrations that run the statements of a test, and the subgraph whose database they change.
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the migrations of a test run in: the subgraph reviews without tables. */
export function buildTarget(...migrations: (new () => MigrationInterface)[]) {
  return { name: 'reviews', tables: [], migrations };
}

export function migration(
  name: string,
  up: readonly string[],
  down: readonly string[] = [],
  transaction?: boolean,
) {
  const run = async (runner: QueryRunner, texts: readonly string[]) => {
    for (const sql of texts) await runner.query(sql);
  };
  class Migration implements MigrationInterface {
    up = (runner: QueryRunner) => run(runner, up);
    down = (runner: QueryRunner) => run(runner, down);
  }
  if (transaction !== undefined) Object.assign(Migration.prototype, { transaction });
  Object.defineProperty(Migration, 'name', { value: name });
  return Migration as new () => MigrationInterface;
}
