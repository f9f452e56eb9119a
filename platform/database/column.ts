// Describes the columns and parameters of statements: the PostgreSQL type exists at run time, and the TypeScript type for the compiler.
// Row types are derived from these descriptions, so the type checker and `npm run sql:check` read the same declaration.

export interface Column<Read = unknown, Write = unknown> {
  /** The name that PostgreSQL's format_type gives the type, without a modifier: `numeric`, not `numeric(15,3)`. */
  readonly type: string;
  readonly isNullable: boolean;
  /** The type of a value that is read. For the type checker only: the property is never set. */
  readonly readType?: Read;
  /** The type of a value that is sent as a parameter. For the type checker only, as well. */
  readonly writeType?: Write;
}

export type Columns = Readonly<Record<string, Column>>;

/** The row that a statement with these columns returns. */
export type RowOf<Described extends Columns> = {
  -readonly [Name in keyof Described]: Described[Name] extends Column<infer Read> ? Read : never;
};

/** The values for these parameters. */
export type ValuesOf<Parameters extends readonly Column[]> = {
  readonly [Index in keyof Parameters]: Parameters[Index] extends Column<unknown, infer Write>
    ? Write
    : never;
};

/** Give the branded type of an id: `uuid<AccountId>()`. */
export function uuid<Value extends string = string>(): Column<Value, Value> {
  return { type: 'uuid', isNullable: false };
}

/** Give the union when a CHECK constraint limits the texts: `text<PaymentStatus>()`. */
export function text<Value extends string = string>(): Column<Value, Value> {
  return { type: 'text', isNullable: false };
}

export function varchar(): Column<string, string> {
  return { type: 'character varying', isNullable: false };
}

export function boolean(): Column<boolean, boolean> {
  return { type: 'boolean', isNullable: false };
}

export function smallint(): Column<number, number> {
  return { type: 'smallint', isNullable: false };
}

export function integer(): Column<number, number> {
  return { type: 'integer', isNullable: false };
}

/** Read as text, because a number would lose digits. As a parameter, such as for LIMIT, it may be a number. */
export function bigint(): Column<string, string | number> {
  return { type: 'bigint', isNullable: false };
}

/** Decimal text with all digits of the column: `fromNumeric` turns it into money. */
export function numeric(): Column<string, string> {
  return { type: 'numeric', isNullable: false };
}

export function doublePrecision(): Column<number, number> {
  return { type: 'double precision', isNullable: false };
}

export function timestamptz(): Column<Date, Date> {
  return { type: 'timestamp with time zone', isNullable: false };
}

export function bytea(): Column<Buffer, Buffer> {
  return { type: 'bytea', isNullable: false };
}

/** The result of a function that is called for its effect. */
export function voidType(): Column<string, never> {
  return { type: 'void', isNullable: false };
}

/** The content of a JSON value is not checked against the type: PostgreSQL does not know it. */
export function json<Value>(): Column<Value, Value> {
  return { type: 'json', isNullable: false };
}

/** A parameter is JSON text, because node-postgres would turn a JavaScript array into a PostgreSQL array. */
export function jsonb<Value>(): Column<Value, string> {
  return { type: 'jsonb', isNullable: false };
}

export function array<Read, Write>(element: Column<Read, Write>): Column<Read[], readonly Write[]> {
  return { type: `${element.type}[]`, isNullable: false };
}

export function nullable<Read, Write>(column: Column<Read, Write>): Column<Read | null, Write | null> {
  return { type: column.type, isNullable: true };
}
