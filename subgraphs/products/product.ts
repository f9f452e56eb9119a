// The product table: its row types, its entity and its reads. `stock` is the number of units that can be bought now. Units that
// purchases hold are already subtracted, so stock + held + sold is the number of all units that were ever added.
import { EntitySchema } from 'typeorm';
import {
  array,
  bigint,
  boolean,
  type Column,
  integer,
  nullable,
  numeric,
  type RowOf,
  text,
  timestamptz,
  uuid,
} from '../../platform/database/column.ts';
import { statement } from '../../platform/database/statement.ts';
import { batchReadsById } from '../../platform/reads/batch.ts';
import type { Connection, Page } from '../../platform/reads/connection.ts';
import { readPageByForm } from '../../platform/reads/filtered-list.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { type ProductId, requireId, type Unparsed } from '../../platform/values/ids.ts';
import { parseItems, parseParts } from '../../platform/values/input.ts';
import { badInput } from '../../platform/values/refusal.ts';

/** A product as resolvers read it, without the columns that only statements use. */
export type ProductRow = RowOf<typeof productRow>;

const productRow = {
  id: uuid<ProductId>(),
  sku: text(),
  name: text(),
  description: text(),
  /** numeric(15,3) as text: read it with fromNumeric. */
  price: numeric(),
  currency: text(),
  stock: integer(),
  discontinued_at: nullable(timestamptz()),
  created_at: timestamptz(),
};

/** All columns. */
export const productTableRow = {
  ...productRow,
  updated_at: timestamptz(),
  /** The number of its events. */
  version: integer(),
};

/** The unique constraint that decides between two products with the same SKU. */
export const productSkuKey = 'product_sku_key';

/** Capital letters only, because people do not tell SKUs apart that differ only in letter case. */
export const skuShape = /^[A-Z0-9][A-Z0-9._-]{0,39}$/;

export const productTable = new EntitySchema<RowOf<typeof productTableRow>>({
  name: 'product',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'product_pkey' },
    sku: { type: 'text' },
    name: { type: 'text' },
    description: { type: 'text' },
    price: { type: 'numeric', precision: 15, scale: 3 },
    currency: { type: 'text' },
    stock: { type: 'integer' },
    discontinued_at: { type: 'timestamptz', nullable: true },
    created_at: { type: 'timestamptz', default: () => 'now()' },
    updated_at: { type: 'timestamptz', default: () => 'now()' },
    version: { type: 'integer', default: 0 },
  },
  uniques: [{ name: productSkuKey, columns: ['sku'] }],
  indices: [{ name: 'product_id_idx', columns: ['id'], where: '"discontinued_at" IS NULL' }],
  checks: [
    { name: 'product_sku_check', expression: `"sku" ~ '^[A-Z0-9][A-Z0-9._-]{0,39}$'` },
    { name: 'product_name_check', expression: 'char_length("name") BETWEEN 1 AND 200' },
    { name: 'product_description_check', expression: 'char_length("description") <= 5000' },
    { name: 'product_price_check', expression: '"price" > 0' },
    { name: 'product_currency_check', expression: `"currency" ~ '^[A-Z]{3}$'` },
    { name: 'product_stock_check', expression: '"stock" >= 0' },
  ],
});

/** The columns of a ProductRow. */
const columns = 'id, sku, name, description, price, currency, stock, discontinued_at, created_at';

/** All columns, for statements that answer the row which they have changed. */
export const tableColumns = `${columns}, updated_at, version`;

export const productsByIdStatement = statement({
  text: `SELECT ${columns} FROM products.product WHERE id = ANY($1)`,
  params: [array(uuid<ProductId>())],
  row: productRow,
});

/** Reads products by id, with one statement for a whole plan node. */
export const productById = batchReadsById<ProductRow>(({ db }, ids) => productsByIdStatement.run(db, [ids]));

/** What a page of the catalogue is filtered by. Null and undefined filter nothing. */
export interface ProductFilter {
  nameContains?: string | null | undefined;
  sku?: string | null | undefined;
  inStock?: boolean | null | undefined;
  ids?: readonly Unparsed<ProductId>[] | null | undefined;
}

/** The conditions that a page of the catalogue may have, in the order of their values. */
const conditions: readonly (readonly [condition: string, value: Column])[] = [
  ['name ILIKE $', text()],
  ['sku = $', text()],
  ['(stock > 0) = $', boolean()],
  ['id = ANY($)', array(uuid<ProductId>())],
];

/** The bit of a statement that reads products by their ids: those that are no longer sold are among them. */
const byIds = 1 << 3;

/** The bit of a statement that reads a page from its end. The lower bits say which conditions are part of it. */
const fromEnd = 1 << conditions.length;

/**
 * One statement for each set of conditions and each end: bit n of its index says whether condition n is part of it. PostgreSQL plans a statement
 * once for all values (platform/database/provision.ts), so a statement contains only the conditions that are used.
 */
export const productsOnSaleStatements = Array.from({ length: 2 * fromEnd }, (_, form) => {
  const used = conditions.filter((_condition, bit) => (form & (1 << bit)) !== 0);
  const onSale = (form & byIds) === 0 ? 'discontinued_at IS NULL AND ' : '';
  const conditionSql = used
    .map(([condition], index) => `AND ${condition.replace('$', `$${index + 4}`)}`)
    .join(' ');
  const order = (form & fromEnd) === 0 ? 'id DESC' : 'id';
  return statement({
    text: `SELECT ${columns} FROM products.product
      WHERE ${onSale}id < $1 AND id > $2 ${conditionSql} ORDER BY ${order} LIMIT $3`,
    params: [uuid(), uuid(), bigint(), ...used.map(([, value]) => value)],
    row: productRow,
  });
});

/**
 * Reads a page of the products on sale, newest first, or of the products with the given ids. Throws BAD_USER_INPUT for a malformed
 * filter, and for more ids than the page has room for: a client that names products wants all of them.
 */
export async function productsOnSale(
  ctx: Pick<Context, 'db'>,
  { nameContains, sku, inStock, ids }: ProductFilter,
  page: Page,
): Promise<Connection<ProductRow>> {
  if (typeof sku === 'string' && !skuShape.test(sku)) throw badInput('filter.sku', 'must be a SKU');
  if (ids != null && ids.length > page.first + page.last)
    throw badInput('ids', 'must have no more items than the page: send "first"');
  const wanted = ids == null ? null : parseIds(ids);
  const values = [buildLikePattern(nameContains), sku ?? null, inStock ?? null, wanted];
  return readPageByForm(ctx, productsOnSaleStatements, values, page);
}

/** Names each id that is none: `problems` has the path ["ids", 2]. */
function parseIds(ids: readonly Unparsed<ProductId>[]): ProductId[] {
  return parseParts({ ids: () => parseItems(ids, (id) => requireId<ProductId>('ids', id)) }).ids;
}

/** Builds a LIKE pattern that finds the text anywhere. The special characters of LIKE are escaped. */
function buildLikePattern(text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null;
  const length = [...text].length;
  if (length < 1 || length > 100) throw badInput('filter.nameContains', 'must have 1 to 100 characters');
  // No name contains a control character, and PostgreSQL's type text cannot hold a NUL character.
  if (/\p{Cc}/u.test(text)) throw badInput('filter.nameContains', 'must have no control characters');
  return `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
}
