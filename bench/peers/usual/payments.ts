// payments of the usual stack.
import { EntitySchema } from 'typeorm';
import { fromNumeric } from '../../../platform/values/money.ts';
import { createLoader, serveUsual, type UsualContext } from './subgraph.ts';

interface Payment {
  id: string;
  account_id: string;
  status: string;
  amount: string;
  currency: string;
  created_at: Date;
}

const payment = new EntitySchema<Payment>({
  name: 'payment',
  columns: {
    id: { type: 'uuid', primary: true },
    account_id: { type: 'uuid' },
    status: { type: 'text' },
    amount: { type: 'numeric' },
    currency: { type: 'text' },
    created_at: { type: 'timestamptz' },
  },
});

const load = (_root: unknown, { id }: { id: string }, { loaders }: UsualContext) => loaders.payment?.load(id);

await serveUsual({
  name: 'payments',
  entities: [payment],
  loaders: (db) => ({ payment: createLoader(db.getRepository(payment)) }),
  resolvers: () => ({
    Query: { payment: load },
    Payment: {
      __resolveReference: (reference: { id: string }, context: UsualContext) =>
        load(null, reference, context),
      amount: ({ amount, currency }: Payment) => fromNumeric(amount, currency),
    },
  }),
});
