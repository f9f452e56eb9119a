// What went wrong in a migration, for the person who wrote it: PostgreSQL's sentence alone names neither the subgraph nor the statement.
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A statement that a migration sends, and the place in its file. */
export interface SentStatement {
  text: string;
  /** In the form `path:line`. */
  place: string | undefined;
}

export class MigrationError extends Error {
  override name = 'MigrationError';
}

export interface FailedMigration {
  subgraph: string;
  migration: string;
  direction: 'up' | 'down';
  /** True when PostgreSQL has rolled back all of it. */
  isRolledBack: boolean;
  /** The last statement. Undefined when the migration failed before it sent one. */
  sent: SentStatement | undefined;
}

interface DatabaseErrorFields {
  position?: string;
  detail?: string;
  hint?: string;
  where?: string;
}

export function describeFailure(failed: FailedMigration, cause: unknown): MigrationError {
  const { subgraph, migration, direction, isRolledBack, sent } = failed;
  const { message, ...fields } = cause as Error & DatabaseErrorFields;
  const verb = direction === 'up' ? 'failed' : 'failed to revert';
  const place = sent?.place === undefined ? '' : ` at ${sent.place}`;
  const lines = [`${subgraph}: the migration ${migration} ${verb}${place}: ${message}`];
  if (sent !== undefined) lines.push(...showStatement(sent.text, Number(fields.position ?? 0)));
  for (const name of ['detail', 'hint', 'where'] as const)
    if (fields[name] !== undefined) lines.push(`  ${name}: ${fields[name]}`);
  lines.push(
    isRolledBack
      ? '  It was rolled back. Migrations before it stay applied.'
      : '  It runs without a transaction: what its earlier statements did is still there.',
  );
  return new MigrationError(lines.join('\n'), { cause });
}

/** The statement, with a mark below the character that PostgreSQL names. Positions count from 1; 0 means none. */
function showStatement(text: string, position: number): string[] {
  const shown: string[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    shown.push(`    ${line}`);
    const column = position - 1 - start;
    if (position > 0 && column >= 0 && column <= line.length) shown.push(`    ${' '.repeat(column)}^`);
    start += line.length + 1;
  }
  return shown;
}

/** The first place in a stack that is in neither of these files, nor in a package or Node. */
export function findPlace(stack: string, skipped: readonly string[]): string | undefined {
  for (const line of stack.split('\n').slice(1)) {
    const [, path = '', number] =
      /\(?((?:file:\/\/)?\/[^()?]+\.ts)(?:\?[^:()]*)?:(\d+):\d+\)?$/.exec(line) ?? [];
    const file = path.startsWith('file://') ? fileURLToPath(path) : path;
    if (file === '' || skipped.includes(file) || file.includes('/node_modules/')) continue;
    return `${relative(process.cwd(), file)}:${number}`;
  }
  return undefined;
}
