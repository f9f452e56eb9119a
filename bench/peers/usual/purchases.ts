// purchases of the usual stack.
import DataLoader from 'dataloader';
import { EntitySchema, In, type Repository } from 'typeorm';
import { fromNumeric } from '../../../platform/values/money.ts';
import { createLoader, serveUsual, type UsualContext } from './subgraph.ts';

interface Purchase {
  id: string;
  account_id: string;
  payment_id: string;
  status: string;
  total: string;
  currency: string;
  created_at: Date;
}

interface Line {
  purchase_id: string;
  position: number;
  product_id: string;
  quantity: number;
}

const purchase = new EntitySchema<Purchase>({
  name: 'purchase',
  columns: {
    id: { type: 'uuid', primary: true },
    account_id: { type: 'uuid' },
    payment_id: { type: 'uuid' },
    status: { type: 'text' },
    total: { type: 'numeric' },
    currency: { type: 'text' },
    created_at: { type: 'timestamptz' },
  },
});

const line = new EntitySchema<Line>({
  name: 'purchase_line',
  columns: {
    purchase_id: { type: 'uuid', primary: true },
    position: { type: 'smallint', primary: true },
    product_id: { type: 'uuid' },
    quantity: { type: 'integer' },
  },
});

function linesOf(repository: Repository<Line>): DataLoader<string, Line[]> {
  return new DataLoader(async (ids: readonly string[]) => {
    const lines = await repository.find({
      where: { purchase_id: In([...ids]) },
      order: { position: 'ASC' },
    });
    const byPurchase = Map.groupBy(lines, ({ purchase_id }) => purchase_id);
    return ids.map((id) => byPurchase.get(id) ?? []);
  });
}

await serveUsual({
  name: 'purchases',
  entities: [purchase, line],
  loaders: (db) => ({
    purchase: createLoader(db.getRepository(purchase)),
    lines: linesOf(db.getRepository(line)),
  }),
  resolvers: (db) => ({
    Account: {
      purchases: async ({ id }: { id: string }, { first }: { first: number }) => {
        const where = { account_id: id };
        const found = await db.getRepository(purchase).find({ where, order: { id: 'DESC' }, take: first });
        return { edges: found.map((node) => ({ node })) };
      },
    },
    Purchase: {
      __resolveReference: ({ id }: { id: string }, { loaders }: UsualContext) => loaders.purchase?.load(id),
      total: ({ total, currency }: Purchase) => fromNumeric(total, currency),
      lines: ({ id }: Purchase, _args: unknown, { loaders }: UsualContext) => loaders.lines?.load(id),
      payment: ({ payment_id }: Purchase) => ({ id: payment_id }),
    },
    PurchaseLine: { product: ({ product_id }: Line) => ({ id: product_id }) },
  }),
});
