// The product table: row, entity, reads. `stock` is what can be bought now; what purchases hold is subtracted already,
// so stock + held + sold is what was ever put on the shelf.
import { EntitySchema } from 'typeorm';
import { batchedById } from '../../platform/reads/batch.ts';
import { type Connection, connectionOf, type Page } from '../../platform/reads/connection.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { badInput } from '../../platform/values/refusal.ts';

/** A product as it is read: without what only statements look at. */
export interface ProductRow {
  id: string;
  sku: string;
  name: string;
  description: string;
  /** numeric(15,3) as text: read it with fromNumeric. */
  price: string;
  currency: string;
  stock: number;
  discontinued_at: Date | null;
  created_at: Date;
}

interface ProductTable extends ProductRow {
  updated_at: Date;
}

/** Decides which of two products with one SKU was first. */
export const productSkuKey = 'product_sku_key';

/** Capital letters only: two SKUs that differ in letter case alone would be one on a shelf. */
export const skuShape = /^[A-Z0-9][A-Z0-9._-]{0,39}$/;

export const productTable = new EntitySchema<ProductTable>({
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

/** A ProductRow. */
const columns = 'id, sku, name, description, price, currency, stock, discontinued_at, created_at';

/** Products by id, one statement for a whole plan node. */
export const productById = batchedById<ProductRow>(({ db }, ids) =>
  db.query(`SELECT ${columns} FROM products.product WHERE id = ANY($1)`, [ids]),
);

/** What narrows the catalogue; null and undefined narrow nothing. */
export interface ProductFilter {
  nameContains?: string | null | undefined;
  sku?: string | null | undefined;
  inStock?: boolean | null | undefined;
}

/** A page of what is on sale, newest first. Throws BAD_USER_INPUT for a malformed filter. */
export async function productsOnSale(
  { db }: Pick<Context, 'db'>,
  { nameContains, sku, inStock }: ProductFilter,
  page: Page,
): Promise<Connection<ProductRow>> {
  if (typeof sku === 'string' && !skuShape.test(sku)) throw badInput('filter.sku', 'must be a SKU');
  const asked: readonly (readonly [condition: string, value: unknown])[] = [
    ['id < $', page.after],
    ['name ILIKE $', patternOf(nameContains)],
    ['sku = $', sku ?? null],
    ['(stock > 0) = $', inStock ?? null],
  ];
  // Planned once for all values (platform/database/provision.ts), so only what is asked for stands in the text.
  const conditions = asked.filter(([, value]) => value !== null);
  const narrowed = conditions.map(([condition], index) => `AND ${condition}${index + 2}`).join(' ');
  const rows: ProductRow[] = await db.query(
    `SELECT ${columns} FROM products.product WHERE discontinued_at IS NULL ${narrowed} ORDER BY id DESC LIMIT $1`,
    [page.first + 1, ...conditions.map(([, value]) => value)],
  );
  return connectionOf(rows, page);
}

/** A LIKE pattern that finds the text anywhere, with LIKE's own signs taken literally. */
function patternOf(text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null;
  const length = [...text].length;
  if (length < 1 || length > 100) throw badInput('filter.nameContains', 'must have 1 to 100 characters');
  // No name has one of these, and PostgreSQL takes no NUL in a text.
  if (/\p{Cc}/u.test(text)) throw badInput('filter.nameContains', 'must have no control characters');
  return `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
}
