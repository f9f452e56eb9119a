// Lists of a whole table that a filter narrows, newest first: one statement for each page. A list has one statement for each set of
// conditions, because PostgreSQL plans a statement once for all values (database/session.ts). Who may read a list, its field decides.
import { bigint, type Column, timestamptz, uuid } from '../database/column.ts';
import type { Statement } from '../database/statement.ts';
import type { Context } from '../subgraph/context.ts';
import { badInput } from '../values/refusal.ts';
import { buildLowestId } from '../values/uuid.ts';
import { buildConnection, type Connection, getPageBounds, type Page, type PageBounds } from './connection.ts';

/** A condition on the rows of a list. */
export type FilterCondition = PlainCondition | IndexedColumn;

interface PlainCondition {
  /** The condition, with `$` in the place of its value. */
  sql: string;
  /** The type of the value. A condition without one has no `$`. */
  value?: Column;
  /** The condition leaves a few rows at most, by an index of its own. */
  leavesFewRows?: true;
}

/**
 * The column equals the value, which few rows or most rows may have. An index of the table begins with this column and continues with the
 * id: it serves the condition where no other one but those on `created_at` is used.
 */
interface IndexedColumn {
  column: string;
  value: Column;
}

/** When the rows were created: at `createdAfter` or later, and before `createdBefore`. Null and undefined set no bound. */
export interface CreatedFilter {
  createdAfter?: Date | null | undefined;
  createdBefore?: Date | null | undefined;
}

const createdConditions: readonly FilterCondition[] = [
  { sql: 'created_at >= $', value: timestamptz() },
  { sql: 'created_at < $', value: timestamptz() },
];

/** What follows the columns in one statement of a list, and the types of its parameters. */
export interface ListForm {
  from: string;
  params: readonly Column[];
}

/**
 * Builds the forms of the list of a table: bit n of its index says whether condition n is part of a form. The two conditions on `created_at`
 * follow those of the list, and the highest bit reads a page from its end.
 *
 * PostgreSQL expects very few rows between two ids that it does not know, and would then read the whole table by its ids to find the rows of a
 * rare value. So a form whose rows another index finds is written in a way that the index of the ids cannot serve.
 */
export function buildListForms(
  table: string,
  alias: string,
  listConditions: readonly FilterCondition[],
): ListForm[] {
  const conditions = [...listConditions, ...createdConditions];
  const fromEnd = 1 << conditions.length;
  return Array.from({ length: 2 * fromEnd }, (_, form) => {
    const used = conditions.filter((_condition, bit) => (form & (1 << bit)) !== 0);
    const direction = (form & fromEnd) === 0 ? ' DESC' : '';
    return buildForm(table, alias, used, direction);
  });
}

function buildForm(
  table: string,
  alias: string,
  used: readonly FilterCondition[],
  direction: string,
): ListForm {
  const params: Column[] = [uuid(), uuid(), bigint()];
  const inner: string[] = [];
  const outer: string[] = [];
  let leading: { column: string; place: string } | undefined;
  for (const condition of used) {
    const place = condition.value === undefined ? '' : `$${params.push(condition.value)}`;
    if ('sql' in condition) {
      const list = condition.leavesFewRows ? inner : outer;
      list.push(condition.sql.replaceAll('$', () => place));
    } else if (used.every((other) => other === condition || createdConditions.includes(other)))
      leading = { column: condition.column, place };
    else outer.push(`${condition.column} = ${place}`);
  }
  // OFFSET 0 keeps PostgreSQL from mixing the conditions of the two levels.
  const source =
    inner.length === 0 ? table : `(SELECT * FROM ${table} WHERE ${inner.join(' AND ')} OFFSET 0)`;
  // Between two pairs with the same value, only that value is.
  const bounds = leading
    ? `(${leading.column}, id) < (${leading.place}, $1) AND (${leading.column}, id) > (${leading.place}, $2)`
    : 'id < $1 AND id > $2';
  const order = leading ? `${leading.column}${direction}, id${direction}` : `id${direction}`;
  const where = [bounds, ...outer].join(' AND ');
  return { from: `FROM ${source} AS ${alias} WHERE ${where} ORDER BY ${order} LIMIT $3`, params };
}

type PageParameters = [olderThan: string, newerThan: string, count: number, ...values: unknown[]];

/** In the place of a value: the condition is used, and has none. */
export const withoutValue = Symbol('a condition without a value');

/**
 * Reads a page of a list that buildListForms made. `values` has a value for each condition of the list, as readPageByForm takes them. Throws
 * BAD_USER_INPUT for a time span that is empty.
 */
export async function readFilteredPage<Row extends { id: string }>(
  ctx: Pick<Context, 'db'>,
  statements: readonly Statement<Row[], Readonly<PageParameters>>[],
  values: readonly unknown[],
  created: CreatedFilter,
  page: Page,
): Promise<Connection<Row>> {
  const [olderThan, newerThan, firsts, lasts] = getPageBounds(page);
  const bounds = [...narrowBounds(olderThan, newerThan, created), firsts, lasts] as const;
  const all = [...values, created.createdAfter ?? null, created.createdBefore ?? null];
  return readPageByForm(ctx, statements, all, page, bounds);
}

/**
 * Reads a page with the statement of its form: bit n of the index says whether condition n is part of it, and the highest bit that it reads
 * from the end. `values` has a value for each condition: null leaves the condition out. The first three parameters are the ids between
 * which the rows are and their number, and the values follow.
 */
export async function readPageByForm<Row extends { id: string }>(
  { db }: Pick<Context, 'db'>,
  statements: readonly Statement<Row[], Readonly<PageParameters>>[],
  values: readonly unknown[],
  page: Page,
  [olderThan, newerThan, firsts, lasts]: PageBounds = getPageBounds(page),
): Promise<Connection<Row>> {
  const parameters: PageParameters = [olderThan, newerThan, firsts + lasts];
  let form = lasts === 0 ? 0 : 1 << values.length;
  for (const [bit, value] of values.entries()) {
    if (value === null) continue;
    form |= 1 << bit;
    if (value !== withoutValue) parameters.push(value);
  }
  const statement = statements[form];
  if (statement === undefined) throw new Error(`the list has no statement for the form ${form}`);
  const rows = await statement.run(db, parameters);
  return buildConnection(lasts === 0 ? rows : rows.toReversed(), page);
}

/**
 * An id is created before its row, by another clock than `created_at`: the time in the id may differ by as much, and by no more. The
 * longest request and a clock that is wrong by minutes fit into it.
 */
const maxIdDeviationMs = 10 * 60_000;

/**
 * Narrows the ids of a page to those of the time span, so that the index of the ids finds the page. The condition on `created_at` then
 * decides exactly.
 */
function narrowBounds(
  olderThan: string,
  newerThan: string,
  { createdAfter, createdBefore }: CreatedFilter,
): readonly [olderThan: string, newerThan: string] {
  if (createdAfter && createdBefore && createdAfter >= createdBefore)
    throw badInput('filter.createdAfter', 'must be before "createdBefore"');
  const bounds: [string, string] = [olderThan.toLowerCase(), newerThan.toLowerCase()];
  if (createdBefore) {
    const upper = buildLowestId(createdBefore.getTime() + maxIdDeviationMs);
    if (upper < bounds[0]) bounds[0] = upper;
  }
  if (createdAfter) {
    const lower = buildLowestId(createdAfter.getTime() - maxIdDeviationMs);
    if (lower > bounds[1]) bounds[1] = lower;
  }
  return bounds;
}
