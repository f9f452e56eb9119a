// What a migration changes in tables that were there before it, as far as it can make the writes of other code fail: columns that need
// a value, columns that are gone or have another type, and constraints that refuse more rows.
import type { DataSource } from 'typeorm';
import { isOwnTableSql } from './drift.ts';

export interface TableColumn {
  /** In the form `table.column`. */
  name: string;
  type: string;
  isRequired: boolean;
  hasDefault: boolean;
}

export interface TableConstraint {
  /** In the form `constraint of table`. */
  name: string;
  definition: string;
  /** Its columns, as `table.column`. Empty when it has none, or an expression. */
  columns: readonly string[];
}

export interface TableState {
  columns: readonly TableColumn[];
  constraints: readonly TableConstraint[];
}

export async function readTables(db: Pick<DataSource, 'query'>, schema: string): Promise<TableState> {
  return {
    columns: await db.query(columnsQuery, [schema]),
    constraints: await db.query(constraintsQuery, [schema]),
  };
}

/**
 * Returns a sentence for each change after which an INSERT or UPDATE can fail. `texts` are the statements that are sent; undefined when
 * they are not known.
 */
export function findRefusedWrites(
  before: TableState,
  after: TableState,
  texts: readonly string[] | undefined,
): string[] {
  const old = new Map(before.columns.map((column) => [column.name, column]));
  const tables = new Set(before.columns.map(({ name }) => name.split('.')[0]));
  const required = after.columns
    .filter(({ name, isRequired }) => isRequired && tables.has(name.split('.')[0]) && isOmitted(name, texts))
    .flatMap(({ name, hasDefault }) => {
      const known = old.get(name);
      if (known === undefined) return hasDefault ? [] : [`${name} is new, NOT NULL and has no default`];
      if (!known.isRequired) return [`${name} becomes NOT NULL`];
      return known.hasDefault && !hasDefault ? [`${name} is NOT NULL and loses its default`] : [];
    });
  const definitions = new Map(before.constraints.map(({ name, definition }) => [name, definition]));
  const stricter = after.constraints
    .filter(({ columns }) => columns.length === 0 || columns.some((column) => old.has(column)))
    .filter(({ columns }) => columns.every((column) => tables.has(column.split('.')[0])))
    .filter(({ name, definition }) => !isAtLeastAsWide(definitions.get(name), definition))
    .filter(({ name }) => tables.has(name.split(' of ')[1]) && isWritten(name.split(' of ')[1] ?? '', texts))
    .map(({ name, definition }) => `${name} refuses rows: ${definition}`);
  return [...required, ...stricter];
}

/** True when an INSERT gives the column no value. */
function isOmitted(name: string, texts: readonly string[] | undefined): boolean {
  const [table = '', column = ''] = name.split('.');
  if (texts === undefined) return true;
  const insert = new RegExp(
    `\\bINSERT\\s+INTO\\s+(?:"?\\w+"?\\.)?"?${table}"?(?!\\w)(?:\\s+AS\\s+\\w+)?\\s*(\\([^)]*\\))?`,
    'gi',
  );
  return texts.some((text) =>
    [...text.matchAll(insert)].some(([, columns]) => !new RegExp(`\\b${column}\\b`).test(columns ?? '')),
  );
}

/** True when a statement writes rows of the table. */
function isWritten(table: string, texts: readonly string[] | undefined): boolean {
  const write = new RegExp(`\\b(INSERT\\s+INTO|UPDATE)\\s+(ONLY\\s+)?("?\\w+"?\\.)?"?${table}\\b`, 'i');
  return texts === undefined || texts.some((text) => write.test(text));
}

/** Returns a sentence for each table or column that code may use whose statements are not known. */
export function findLostColumns(before: TableState, after: TableState): string[] {
  const now = new Map(after.columns.map((column) => [column.name, column]));
  return before.columns.flatMap(({ name, type }) => {
    const found = now.get(name);
    if (found === undefined) return [`${name} is gone`];
    return found.type === type ? [] : [`${name} is now ${found.type}, and was ${type}`];
  });
}

/** True for an equal definition, and for one that differs only in a list of allowed texts that has more of them. */
function isAtLeastAsWide(old: string | undefined, fresh: string): boolean {
  if (old === undefined) return false;
  if (old === fresh) return true;
  const [before, after] = [old, fresh].map(splitAllowedTexts);
  if (before === undefined || after === undefined || before.rest !== after.rest) return false;
  return before.lists.every((texts, index) => texts.every((text) => after.lists[index]?.includes(text)));
}

function splitAllowedTexts(definition: string): { rest: string; lists: string[][] } {
  const lists: string[][] = [];
  const rest = definition.replaceAll(/(= ANY \(+|<@ \(?)ARRAY\[([^\]]*)\]/g, (_all, operator, texts) => {
    lists.push(texts.split(', '));
    return operator;
  });
  return { rest, lists };
}

const columnsQuery = `
  SELECT c.relname || '.' || a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS "isRequired",
         (a.atthasdef OR a.attidentity <> '' OR a.attgenerated <> '') AS "hasDefault"
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
    AND ${isOwnTableSql('c')}
  ORDER BY c.relname, a.attnum`;

const constraintsQuery = `
  SELECT k.conname || ' of ' || c.relname AS name, pg_get_constraintdef(k.oid) AS definition,
         ARRAY(SELECT c.relname || '.' || a.attname FROM unnest(k.conkey) AS part (number)
               JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = part.number) AS columns
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
  WHERE c.relnamespace = $1::regnamespace AND k.contype IN ('c', 'f', 'p', 'u', 'x')
  UNION ALL
  -- A unique index without a constraint.
  SELECT i.relname || ' of ' || c.relname, pg_get_indexdef(x.indexrelid),
         CASE WHEN x.indexprs IS NULL THEN ARRAY(
           SELECT c.relname || '.' || a.attname FROM unnest(x.indkey::int2[]) AS part (number)
           JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = part.number) ELSE '{}' END
  FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
  WHERE c.relnamespace = $1::regnamespace AND x.indisunique
    AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid)
  ORDER BY name`;
