// A statement that a subgraph sends: its text, and what the code takes its parameters and result columns to be. Statements
// are declared once, as exported constants; `npm run sql:check` asks PostgreSQL about each of them (docs/sql.md).
import type { DataSource } from 'typeorm';
import type { Column, Columns, RowOf, ValuesOf } from './column.ts';

/** The part of a statement that the check compares with the database. */
export interface DeclaredStatement {
  readonly text: string;
  readonly params: readonly Column[];
  readonly row: Columns;
  /** TypeORM answers an UPDATE or a DELETE with its rows and their number, and everything else with its rows. */
  readonly answers: 'rows' | 'rows and count';
}

export interface Statement<Answer, Values extends readonly unknown[]> extends DeclaredStatement {
  /** Sends it. `db` is a subgraph's database, or a transaction in it. */
  readonly run: (
    db: Pick<DataSource, 'query'>,
    ...values: Values extends readonly [] ? [] : [values: Values]
  ) => Promise<Answer>;
}

interface Declaration<Params extends readonly Column[], Row extends Columns> {
  text: string;
  /** One for each of $1, $2, … Left out: there are none, and the text is sent without values. */
  params?: Params;
  /** All result columns, and no others. Left out: there are none. */
  row?: Row;
}

type NoColumns = Record<never, Column>;

/** Declares a SELECT or an INSERT: what it answers is its rows. */
export function statement<
  const Params extends readonly Column[] = readonly [],
  Row extends Columns = NoColumns,
>(declaration: Declaration<Params, Row>): Statement<RowOf<Row>[], ValuesOf<Params>> {
  return declared('rows', declaration);
}

/** Declares a statement that answers exactly one row or fails: an INSERT of one VALUES list, a SELECT without FROM. */
export function oneRowStatement<
  const Params extends readonly Column[] = readonly [],
  Row extends Columns = NoColumns,
>(declaration: Declaration<Params, Row>): Statement<[row: RowOf<Row>], ValuesOf<Params>> {
  return declared('rows', declaration);
}

/** Declares an UPDATE or a DELETE: what it answers is its rows and how many rows it changed. */
export function changeStatement<
  const Params extends readonly Column[] = readonly [],
  Row extends Columns = NoColumns,
>(declaration: Declaration<Params, Row>): Statement<[rows: RowOf<Row>[], changed: number], ValuesOf<Params>> {
  return declared('rows and count', declaration);
}

function declared<Answer, Values extends readonly unknown[]>(
  answers: DeclaredStatement['answers'],
  { text, params = [], row = {} }: Declaration<readonly Column[], Columns>,
): Statement<Answer, Values> {
  // Called for every read: it passes on what it is given and makes nothing of its own.
  const run = (db: Pick<DataSource, 'query'>, values?: unknown[]) => db.query<Answer>(text, values);
  return { text, params, row, answers, run: run as Statement<Answer, Values>['run'] };
}
