// discontinue: a product leaves the catalogue and stays readable: purchases of it are history. Repeating it is harmless.
import { changing } from '../../platform/changes/change-hub.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { isUuid } from '../../platform/values/uuid.ts';
import { refuse } from './errors.ts';
import type { ProductRow } from './product.ts';

/** Refusals: PRODUCT_NOT_FOUND. */
export async function discontinue(ctx: Pick<Context, 'db' | 'changed'>, id: string): Promise<ProductRow> {
  if (!isUuid(id)) throw refuse('PRODUCT_NOT_FOUND');
  const [[product]] = await changing(ctx, () =>
    ctx.db.query(
      `UPDATE products.product SET discontinued_at = coalesce(discontinued_at, now()), updated_at = now()
       WHERE id = $1 RETURNING *`,
      [id],
    ),
  );
  if (product === undefined) throw refuse('PRODUCT_NOT_FOUND');
  return product;
}
