// products of the usual stack.
import { EntitySchema } from 'typeorm';
import { fromNumeric } from '../../../platform/values/money.ts';
import { createLoader, serveUsual, type UsualContext } from './subgraph.ts';

interface Product {
  id: string;
  sku: string;
  name: string;
  description: string;
  price: string;
  currency: string;
  stock: number;
}

const product = new EntitySchema<Product>({
  name: 'product',
  columns: {
    id: { type: 'uuid', primary: true },
    sku: { type: 'text' },
    name: { type: 'text' },
    description: { type: 'text' },
    price: { type: 'numeric' },
    currency: { type: 'text' },
    stock: { type: 'integer' },
  },
});

const load = (_root: unknown, { id }: { id: string }, { loaders }: UsualContext) => loaders.product?.load(id);

await serveUsual({
  name: 'products',
  entities: [product],
  loaders: (db) => ({ product: createLoader(db.getRepository(product)) }),
  resolvers: () => ({
    Query: { product: load },
    Product: {
      __resolveReference: (reference: { id: string }, context: UsualContext) =>
        load(null, reference, context),
      price: ({ price, currency }: Product) => fromNumeric(price, currency),
    },
  }),
});
