// Wraps the migrations that TypeORM runs: a failure names the migration, its file and its statement, and a check may look at the
// database before and after each migration, within its transaction, and refuse it.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { describeFailure, findPlace, MigrationError, type SentStatement } from './migration-error.ts';

/** Called before a migration. The returned function is called after it and throws to refuse it, which rolls it back. */
export type CheckMigration = (migration: WatchedMigration) => Promise<() => Promise<void>>;

export interface WatchedMigration {
  name: string;
  runner: QueryRunner;
  /** False for a migration that PostgreSQL cannot roll back. `onStatement` may refuse its statements before they are sent. */
  isInTransaction: boolean;
  onStatement: (check: (text: string) => void) => void;
}

type Direction = 'up' | 'down';

export function watchMigrations(
  subgraph: string,
  migrations: readonly (new () => MigrationInterface)[],
  check?: CheckMigration,
): (new () => MigrationInterface)[] {
  return migrations.map((Migration) => {
    const migration = new Migration();
    const run = (direction: Direction, runner: QueryRunner) =>
      runWatched({ subgraph, name: Migration.name, migration, direction, runner, check });
    const watched: MigrationInterface = {
      name: migration.name ?? Migration.name,
      ...(migration.transaction === undefined ? {} : { transaction: migration.transaction }),
      up: (runner) => run('up', runner),
      down: (runner) => run('down', runner),
    };
    // TypeORM calls `new` on each migration. A constructor may return another object.
    return class {
      constructor() {
        // biome-ignore lint/correctness/noConstructorReturn: it is the wrapped migration
        return watched;
      }
    } as new () => MigrationInterface;
  });
}

interface Run {
  subgraph: string;
  name: string;
  migration: MigrationInterface;
  direction: Direction;
  runner: QueryRunner;
  check: CheckMigration | undefined;
}

async function runWatched({ subgraph, name, migration, direction, runner, check }: Run): Promise<void> {
  let sent: SentStatement | undefined;
  const checks: ((text: string) => void)[] = [];
  const isInTransaction = runner.isTransactionActive;
  const onStatement = (given: (text: string) => void) => void checks.push(given);
  const finish = await check?.({ name, runner, isInTransaction, onStatement });
  const stopListening = listenToStatements(runner, (statement) => {
    sent = statement;
    for (const refuse of checks) refuse(statement.text);
  });
  try {
    await migration[direction](runner);
    sent = undefined;
  } catch (cause) {
    if (cause instanceof MigrationError) throw cause;
    const failed = { subgraph, migration: name, direction, isRolledBack: isInTransaction, sent };
    throw describeFailure(failed, cause);
  } finally {
    stopListening();
  }
  await finish?.();
}

function listenToStatements(runner: QueryRunner, listen: (statement: SentStatement) => void): () => void {
  const { query } = runner;
  const observed = (text: string, ...rest: unknown[]) => {
    listen({ text, place: findPlace(new Error('place').stack ?? '', [import.meta.filename]) });
    return Reflect.apply(query, runner, [text, ...rest]);
  };
  runner.query = observed as QueryRunner['query'];
  return () => {
    runner.query = query;
  };
}
