// discontinue: takes a product out of the catalogue. It stays readable by id, because purchases refer to it. A repeat changes
// nothing.
import { publishChangeAfter } from '../../platform/changes/change-hub.ts';
import { uuid } from '../../platform/database/column.ts';
import { statement } from '../../platform/database/statement.ts';
import { insertEvent } from '../../platform/events/insert-event.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { isProductId, type ProductId, type Unparsed } from '../../platform/values/ids.ts';
import { refuse } from './errors.ts';
import { productDiscontinued } from './events/product-discontinued.ts';
import { type ProductRow, productTableRow, tableColumns } from './product.ts';

/** A repeat changes no date and publishes nothing. */
export const discontinueStatement = statement({
  text: `
  WITH discontinued AS (
    UPDATE products.product SET discontinued_at = coalesce(discontinued_at, now()), updated_at = now(),
      version = version + CASE WHEN discontinued_at IS NULL THEN 1 ELSE 0 END
    WHERE id = $1 RETURNING new.*, old.discontinued_at IS NULL AS is_first
  ), published AS (${insertEvent('products', productDiscontinued, {
    from: 'discontinued',
    where: 'is_first',
    subject: 'id',
    version: 'version',
    data: { discontinuedAt: 'discontinued_at' },
  })}
  )
  SELECT ${tableColumns} FROM discontinued`,
  params: [uuid<ProductId>()],
  row: productTableRow,
});

/** Refusals: PRODUCT_NOT_FOUND. */
export async function discontinue(
  ctx: Pick<Context, 'db' | 'publishChange'>,
  id: Unparsed<ProductId>,
): Promise<ProductRow> {
  if (!isProductId(id)) throw refuse('PRODUCT_NOT_FOUND');
  const [product] = await publishChangeAfter(ctx, () => discontinueStatement.run(ctx.db, [id]));
  if (product === undefined) throw refuse('PRODUCT_NOT_FOUND');
  return product;
}
