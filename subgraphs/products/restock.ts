// restock: a delivery came in. The database adds, so that no sale in the same moment is lost.
import { publishChangeAfter } from '../../platform/changes/change-hub.ts';
import { integer, uuid } from '../../platform/database/column.ts';
import { changeStatement } from '../../platform/database/statement.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { isProductId, type ProductId, type Unparsed } from '../../platform/values/ids.ts';
import { badInput } from '../../platform/values/refusal.ts';
import { maximumDelivery } from './create-product.ts';
import { refuse } from './errors.ts';
import { refuseUnlessOnSale } from './on-sale.ts';
import { type ProductRow, productTableRow } from './product.ts';

/** Under half of what `integer` and GraphQL's Int hold: there is room for what is held and may come back. */
const maximumStock = 1_000_000_000;

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
  if (quantity < 1 || quantity > maximumDelivery)
    throw badInput('quantity', `must be from 1 to ${maximumDelivery}`);
  if (!isProductId(id)) throw refuse('PRODUCT_NOT_FOUND');
  const [[product]] = await publishChangeAfter(ctx, () =>
    restockStatement.run(ctx.db, [id, quantity, maximumStock]),
  );
  if (product !== undefined) return product;
  await refuseUnlessOnSale(ctx, id);
  throw refuse('STOCK_TOO_LARGE');
}
