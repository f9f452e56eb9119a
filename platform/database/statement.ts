// Declares a statement of a subgraph: its text, and the types of its parameters and result columns. Statements are exported
// constants. `npm run sql:check` compares each of them with the database (docs/sql.md).
import type { DataSource } from 'typeorm';
import type { Column, Columns, RowOf, ValuesOf } from './column.ts';

/** The part of a statement that the check compares with the database. */
export interface DeclaredStatement {
  readonly text: string;
  readonly params: readonly Column[];
  readonly row: Columns;
  /** TypeORM returns rows and their number for an UPDATE or a DELETE, and rows for all other statements. */
  readonly resultShape: 'rows' | 'rows and count';
}

export interface Statement<Result, Values extends readonly unknown[]> extends DeclaredStatement {
  /** Sends the statement. `db` is the database of the subgraph, or a transaction in it. */
  readonly run: (
    db: Pick<DataSource, 'query'>,
    ...values: Values extends readonly [] ? [] : [values: Values]
  ) => Promise<Result>;
}

interface Declaration<Params extends readonly Column[], Row extends Columns> {
  text: string;
  /** One column for each of $1, $2, … Without it, the text is sent without values. */
  params?: Params;
  /** All columns of the result. Without it, the result has none. */
  row?: Row;
}

type NoColumns = Record<never, Column>;

/** Declares a SELECT or an INSERT, which returns rows. */
export function statement<
  const Params extends readonly Column[] = readonly [],
  Row extends Columns = NoColumns,
>(declaration: Declaration<Params, Row>): Statement<RowOf<Row>[], ValuesOf<Params>> {
  return declareStatement('rows', declaration);
}

/** Declares a statement that returns exactly one row or fails: an INSERT of one VALUES list, or a SELECT without FROM. */
export function oneRowStatement<
  const Params extends readonly Column[] = readonly [],
  Row extends Columns = NoColumns,
>(declaration: Declaration<Params, Row>): Statement<[row: RowOf<Row>], ValuesOf<Params>> {
  return declareStatement('rows', declaration);
}

/** Declares an UPDATE or a DELETE, which returns rows and the number of changed rows. */
export function changeStatement<
  const Params extends readonly Column[] = readonly [],
  Row extends Columns = NoColumns,
>(declaration: Declaration<Params, Row>): Statement<[rows: RowOf<Row>[], changed: number], ValuesOf<Params>> {
  return declareStatement('rows and count', declaration);
}

function declareStatement<Result, Values extends readonly unknown[]>(
  resultShape: DeclaredStatement['resultShape'],
  { text, params = [], row = {} }: Declaration<readonly Column[], Columns>,
): Statement<Result, Values> {
  // This function runs for every read, so it only passes on its arguments and allocates nothing.
  const run = (db: Pick<DataSource, 'query'>, values?: unknown[]) => db.query<Result>(text, values);
  return { text, params, row, resultShape, run: run as Statement<Result, Values>['run'] };
}
