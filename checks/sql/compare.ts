// Compares what the code takes a statement to be with what PostgreSQL found. Each difference is one line.
import type { Column, Columns } from '../../platform/database/column.ts';
import type { DeclaredStatement } from '../../platform/database/statement.ts';
import type { Description, FoundColumn } from './describe.ts';

export function compareStatement(declared: DeclaredStatement, found: Description): string[] {
  return [
    ...compareAnswer(declared, found),
    ...compareParams(declared.params, found.params),
    ...compareColumns(declared.row, found.columns),
  ];
}

function compareAnswer({ resultShape }: DeclaredStatement, { isChange }: Description): string[] {
  if (isChange === (resultShape === 'rows and count')) return [];
  return [
    isChange
      ? 'expected rows only, found an UPDATE or DELETE: declare it with changeStatement'
      : 'expected an UPDATE or DELETE, found a statement that answers rows only: declare it with statement',
  ];
}

function compareParams(expected: readonly Column[], found: readonly string[]): string[] {
  const count = Math.max(expected.length, found.length);
  return Array.from({ length: count }, (_, index) => {
    const [declared, type] = [
      expected[index]?.type ?? 'no such parameter',
      found[index] ?? 'no such parameter',
    ];
    return declared === type ? [] : [`parameter $${index + 1}: expected ${declared}, found ${type}`];
  }).flat();
}

function compareColumns(expected: Columns, found: readonly FoundColumn[]): string[] {
  const byName = Map.groupBy(found, ({ name }) => name);
  const missing = Object.keys(expected).filter((name) => !byName.has(name));
  return [
    ...missing.map((name) => `column ${name}: expected ${claimOf(expected[name])}, found no such column`),
    ...[...byName].flatMap(([name, columns]) => compareColumn(name, expected[name], columns)),
  ];
}

function compareColumn(
  name: string,
  expected: Column | undefined,
  columns: readonly FoundColumn[],
): string[] {
  const [column] = columns;
  if (column === undefined) return [];
  const problem = (found: string) => [`column ${name}: expected ${claimOf(expected)}, found ${found}`];
  if (columns.length > 1) return problem(`${columns.length} columns of this name`);
  if (expected === undefined || expected.type !== column.type) return problem(knowledgeOf(column));
  // A column that is never null may still be read as one that may be: an outer join can add nulls.
  return column.source?.isNullable === true && !expected.isNullable ? problem(knowledgeOf(column)) : [];
}

function claimOf(column: Column | undefined): string {
  if (column === undefined) return 'no such column';
  return column.isNullable ? `${column.type} or null` : `${column.type}, never null`;
}

function knowledgeOf({ type, source }: FoundColumn): string {
  if (source === null) return `${type} (an expression)`;
  return `${type}${source.isNullable ? ' or null' : ', never null'} (${source.name})`;
}
