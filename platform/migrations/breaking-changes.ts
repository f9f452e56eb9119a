// Refuses a migration that would break instances that are up: within its transaction, each statement that they have published is
// prepared before and after it, and the tables are compared. docs/migrations.md says what this finds, and what it cannot.
import type pg from 'pg';
import type { QueryRunner } from 'typeorm';
import { describeStatement, type StatementDescription } from '../database/describe-statement.ts';
import { MigrationError } from './migration-error.ts';
import { type PublishedStatement, type RunningCode, readRunningCode } from './running-code.ts';
import { findLostColumns, findRefusedWrites, readTables } from './table-changes.ts';
import type { CheckMigration } from './watched-migrations.ts';

export interface BreakingCheckOptions {
  subgraph: string;
  /** Receives what a migration breaks when it may do so. Without it, such a migration is refused. */
  onBreaking: ((message: string) => void) | undefined;
}

/** What would need a rollback to be checked, in a migration that has none. */
const lockingOrBreaking =
  /\b(DROP\s+(TABLE|COLUMN|VIEW|SCHEMA|FUNCTION|TYPE|DEFAULT)|RENAME|SET\s+NOT\s+NULL|ADD\s+(CONSTRAINT|COLUMN)|ALTER\s+(COLUMN|TYPE))\b/i;

export function createBreakingCheck(options: BreakingCheckOptions): CheckMigration {
  const { subgraph, onBreaking } = options;
  return async ({ name, runner, isInTransaction, onStatement }) => {
    const running = await readRunningCode(runner, subgraph);
    if (running.length === 0) return async () => {};
    const judge = (problems: readonly string[]) => {
      if (problems.length === 0) return;
      const message = describeProblems(subgraph, name, running, problems);
      if (onBreaking === undefined) throw new MigrationError(`${message}\n${remedy(subgraph)}`);
      onBreaking(message);
    };
    if (!isInTransaction) {
      onStatement((text) =>
        judge(
          lockingOrBreaking.test(text)
            ? [`it cannot be rolled back, so that this is not tried: ${text}`]
            : [],
        ),
      );
      return async () => {};
    }
    const before = await readState(runner, subgraph, running);
    return async () => judge(findProblems(before, await readState(runner, subgraph, running), running));
  };
}

interface State {
  tables: Awaited<ReturnType<typeof readTables>>;
  /** By text. An error is PostgreSQL's sentence. */
  statements: ReadonlyMap<string, StatementDescription | string>;
}

async function readState(
  runner: QueryRunner,
  subgraph: string,
  running: readonly RunningCode[],
): Promise<State> {
  const client: pg.Client = await runner.connect();
  const texts = new Set(running.flatMap(({ statements }) => statements.map(({ text }) => text)));
  const statements = new Map<string, StatementDescription | string>();
  for (const text of texts) statements.set(text, await tryDescribe(client, text));
  return { tables: await readTables(runner, subgraph), statements };
}

/** A statement that does not parse would end the transaction of the migration. */
async function tryDescribe(client: pg.Client, text: string): Promise<StatementDescription | string> {
  await client.query('SAVEPOINT described');
  try {
    return await describeStatement(client, text);
  } catch (cause) {
    await client.query('ROLLBACK TO SAVEPOINT described');
    return (cause as Error).message;
  } finally {
    await client.query('RELEASE SAVEPOINT described');
  }
}

function findProblems(before: State, after: State, running: readonly RunningCode[]): string[] {
  const isUnknown = running.some(({ version }) => version === undefined);
  const statements = running.flatMap((code) => code.statements);
  return [
    ...new Set([
      ...statements.flatMap((statement) => compareStatement(statement, before, after)),
      ...(isUnknown ? findLostColumns(before.tables, after.tables) : []),
      ...findRefusedWrites(
        before.tables,
        after.tables,
        isUnknown ? undefined : statements.map(({ text }) => text),
      ),
    ]),
  ];
}

/** A column more does no harm: the client prepares such a statement again. */
function compareStatement({ name, text }: PublishedStatement, before: State, after: State): string[] {
  const [old, fresh] = [before.statements.get(text), after.statements.get(text)];
  if (typeof old !== 'object' || fresh === undefined) return [];
  if (typeof fresh === 'string') return [`${name}: ${fresh}`];
  const params = old.params.flatMap((type, index) =>
    fresh.params[index] === type ? [] : [`${name}: the type of $${index + 1} changes`],
  );
  const types = new Map(fresh.fields.map((field) => [field.name, field.dataTypeID]));
  const fields = old.fields.flatMap((field) => {
    const type = types.get(field.name);
    if (type === undefined) return [`${name}: no longer answers the column "${field.name}"`];
    return type === field.dataTypeID ? [] : [`${name}: the type of the column "${field.name}" changes`];
  });
  return [...params, ...fields];
}

function describeProblems(
  subgraph: string,
  migration: string,
  running: readonly RunningCode[],
  problems: readonly string[],
): string {
  const sessions = running.reduce((sum, code) => sum + code.sessions, 0);
  const versions = running.map(({ version }) => version ?? 'unknown code').join(', ');
  const who = `${subgraph}: the migration ${migration} breaks instances that are up (${versions}; sessions: ${sessions}):`;
  return [who, ...problems.map((problem) => `  - ${problem}`)].join('\n');
}

function remedy(subgraph: string): string {
  return [
    'Nothing of it was applied. Replace the instances by code that does without (docs/migrations.md), or stop them. To run it all the same:',
    `  npm run migrate -- ${subgraph} up --breaking   (or down --breaking)`,
  ].join('\n');
}
