// changePrice: staff set what one unit costs from now on. Reservations keep their own copy of the earlier price.
import { publishChangeAfter } from '../../platform/changes/change-hub.ts';
import { numeric, text, uuid } from '../../platform/database/column.ts';
import { statement } from '../../platform/database/statement.ts';
import { insertEvent, moneySql } from '../../platform/events/insert-event.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { isProductId, type ProductId, type Unparsed } from '../../platform/values/ids.ts';
import { type Money, parsePositiveMoney } from '../../platform/values/money.ts';
import { refuse } from './errors.ts';
import { productPriceChanged } from './events/product-price-changed.ts';
import { refuseUnlessOnSale } from './on-sale.ts';
import { type ProductRow, productTableRow, tableColumns } from './product.ts';

export const changePriceStatement = statement({
  text: `
  WITH changed AS (
    UPDATE products.product SET price = $2, currency = $3, updated_at = now(), version = version + 1
    WHERE id = $1 AND discontinued_at IS NULL RETURNING *
  ), published AS (${insertEvent('products', productPriceChanged, {
    from: 'changed',
    subject: 'id',
    version: 'version',
    data: { price: moneySql('price', 'currency') },
  })}
  )
  SELECT ${tableColumns} FROM changed`,
  params: [uuid<ProductId>(), numeric(), text()],
  row: productTableRow,
});

/** Refusals: PRODUCT_NOT_FOUND, PRODUCT_DISCONTINUED, BAD_USER_INPUT. */
export async function changePrice(
  ctx: Pick<Context, 'db' | 'publishChange'>,
  id: Unparsed<ProductId>,
  price: Money,
): Promise<ProductRow> {
  const { amount, currency } = parsePositiveMoney(price, 'price.amount');
  if (!isProductId(id)) throw refuse('PRODUCT_NOT_FOUND');
  const [product] = await publishChangeAfter(ctx, () =>
    changePriceStatement.run(ctx.db, [id, amount, currency]),
  );
  if (product !== undefined) return product;
  await refuseUnlessOnSale(ctx, id);
  // The second statement found the product on sale, and the first one did not: it was created in between.
  throw refuse('PRODUCT_NOT_FOUND');
}
