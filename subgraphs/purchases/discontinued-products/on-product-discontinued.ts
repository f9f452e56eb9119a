// product.discontinued: purchases refuses the product from now on. Purchases that are under way are not touched, because their units may be
// reserved already.
import { z } from 'zod';
import { array, uuid } from '../../../platform/database/column.ts';
import { statement } from '../../../platform/database/statement.ts';
import { handle } from '../../../platform/followers/follow.ts';

export const insertDiscontinuedStatement = statement({
  text: `INSERT INTO purchases.discontinued_product (product_id) SELECT DISTINCT unnest($1::uuid[])
    ON CONFLICT ON CONSTRAINT discontinued_product_pkey DO NOTHING`,
  params: [array(uuid())],
});

export const onProductDiscontinued = handle({
  reads: z.object({}),
  apply: async ({ db }, events) => {
    await insertDiscontinuedStatement.run(db, [events.map(({ subject }) => subject)]);
  },
});
