// restock: adds delivered units to the stock. The database adds them, so that no simultaneous sale is lost.
import { publishChangeAfter } from '../../platform/changes/change-hub.ts';
import { integer, uuid } from '../../platform/database/column.ts';
import { changeStatement } from '../../platform/database/statement.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { isProductId, type ProductId, type Unparsed } from '../../platform/values/ids.ts';
import { badInput } from '../../platform/values/refusal.ts';
import { maxDelivery } from './create-product.ts';
import { refuse } from './errors.ts';
import { refuseUnlessOnSale } from './on-sale.ts';
import { type ProductRow, productTableRow } from './product.ts';

/** Less than half of the maximum of `integer` and of GraphQL's Int, so that held units can still be given back. */
const maxStock = 1_000_000_000;

export const restockStatement = changeStatement({
  text: `UPDATE products.product SET stock = stock + $2::integer, updated_at = now()
       WHERE id = $1 AND discontinued_at IS NULL AND stock <= $3::integer - $2::integer RETURNING *`,
  params: [uuid<ProductId>(), integer(), integer()],
  row: productTableRow,
});

/** Refusals: PRODUCT_NOT_FOUND, PRODUCT_DISCONTINUED, STOCK_TOO_LARGE, BAD_USER_INPUT. */
export async function restock(
  ctx: Pick<Context, 'db' | 'publishChange'>,
  id: Unparsed<ProductId>,
  quantity: number,
): Promise<ProductRow> {
  if (quantity < 1 || quantity > maxDelivery) throw badInput('quantity', `must be from 1 to ${maxDelivery}`);
  if (!isProductId(id)) throw refuse('PRODUCT_NOT_FOUND');
  const [[product]] = await publishChangeAfter(ctx, () =>
    restockStatement.run(ctx.db, [id, quantity, maxStock]),
  );
  if (product !== undefined) return product;
  await refuseUnlessOnSale(ctx, id);
  throw refuse('STOCK_TOO_LARGE');
}
