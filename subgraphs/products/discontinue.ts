// discontinue: takes a product out of the catalogue. It stays readable by id, because purchases refer to it. A repeat changes
// nothing.
import { publishChangeAfter } from '../../platform/changes/change-hub.ts';
import { uuid } from '../../platform/database/column.ts';
import { changeStatement } from '../../platform/database/statement.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { isProductId, type ProductId, type Unparsed } from '../../platform/values/ids.ts';
import { refuse } from './errors.ts';
import { type ProductRow, productTableRow } from './product.ts';

export const discontinueStatement = changeStatement({
  text: `UPDATE products.product SET discontinued_at = coalesce(discontinued_at, now()), updated_at = now()
       WHERE id = $1 RETURNING *`,
  params: [uuid<ProductId>()],
  row: productTableRow,
});

/** Refusals: PRODUCT_NOT_FOUND. */
export async function discontinue(
  ctx: Pick<Context, 'db' | 'publishChange'>,
  id: Unparsed<ProductId>,
): Promise<ProductRow> {
  if (!isProductId(id)) throw refuse('PRODUCT_NOT_FOUND');
  const [[product]] = await publishChangeAfter(ctx, () => discontinueStatement.run(ctx.db, [id]));
  if (product === undefined) throw refuse('PRODUCT_NOT_FOUND');
  return product;
}
