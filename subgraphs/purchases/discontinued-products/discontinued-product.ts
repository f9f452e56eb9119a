// The products that are no longer sold, as purchases has learnt from the events of products: it refuses them before it asks anybody. The list
// may be late or not complete, because products decides: it refuses them as well when it is asked for the units.
import { EntitySchema } from 'typeorm';
import { array, type RowOf, timestamptz, uuid } from '../../../platform/database/column.ts';
import { statement } from '../../../platform/database/statement.ts';
import type { Context } from '../../../platform/subgraph/context.ts';
import type { ProductId } from '../../../platform/values/ids.ts';

const discontinuedProductRow = {
  product_id: uuid<ProductId>(),
  created_at: timestamptz(),
  updated_at: timestamptz(),
};

export const discontinuedProductTable = new EntitySchema<RowOf<typeof discontinuedProductRow>>({
  name: 'discontinued_product',
  columns: {
    product_id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'discontinued_product_pkey' },
    created_at: { type: 'timestamptz', default: () => 'now()' },
    updated_at: { type: 'timestamptz', default: () => 'now()' },
  },
});

export const discontinuedProductsStatement = statement({
  text: 'SELECT product_id FROM purchases.discontinued_product WHERE product_id = ANY ($1) ORDER BY product_id',
  params: [array(uuid<ProductId>())],
  row: { product_id: uuid<ProductId>() },
});

/** Those of the products that are no longer sold. */
export async function findDiscontinued(
  { db }: Pick<Context, 'db'>,
  ids: readonly ProductId[],
): Promise<ProductId[]> {
  const rows = await discontinuedProductsStatement.run(db, [ids]);
  return rows.map(({ product_id }) => product_id);
}
