// Finds out why a statement that changes a product on sale found no row. It runs only after such a statement, so that a
// successful change needs no second statement.
import { nullable, timestamptz, uuid } from '../../platform/database/column.ts';
import { statement } from '../../platform/database/statement.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import type { ProductId } from '../../platform/values/ids.ts';
import { refuse } from './errors.ts';

export const discontinuedAtStatement = statement({
  text: 'SELECT discontinued_at FROM products.product WHERE id = $1',
  params: [uuid<ProductId>()],
  row: { discontinued_at: nullable(timestamptz()) },
});

/** Refusals: PRODUCT_NOT_FOUND, PRODUCT_DISCONTINUED. */
export async function refuseUnlessOnSale({ db }: Pick<Context, 'db'>, id: ProductId): Promise<void> {
  const [product] = await discontinuedAtStatement.run(db, [id]);
  if (product === undefined) throw refuse('PRODUCT_NOT_FOUND');
  if (product.discontinued_at !== null) throw refuse('PRODUCT_DISCONTINUED');
}
