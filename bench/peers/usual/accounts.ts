// accounts of the usual stack.
import { EntitySchema } from 'typeorm';
import { createLoader, serveUsual, type UsualContext } from './subgraph.ts';

interface Account {
  id: string;
  email: string;
  name: string;
  created_at: Date;
}

const account = new EntitySchema<Account>({
  name: 'account',
  columns: {
    id: { type: 'uuid', primary: true },
    email: { type: 'text' },
    name: { type: 'text' },
    created_at: { type: 'timestamptz' },
  },
});

await serveUsual({
  name: 'accounts',
  entities: [account],
  loaders: (db) => ({ account: createLoader(db.getRepository(account)) }),
  resolvers: () => ({
    Query: {
      me: (_root: unknown, _args: unknown, { accountId, loaders }: UsualContext) =>
        loaders.account?.load(accountId),
    },
    Account: {
      __resolveReference: ({ id }: { id: string }, { loaders }: UsualContext) => loaders.account?.load(id),
    },
  }),
});
