// What the tests of the whole graph must know about purchases: see test/support/about.ts.
import { insertPurchase } from '../security/access/completed-purchase.ts';
import type { AboutSubgraph } from '../support/about.ts';

export const about: AboutSubgraph = {
  quietSettings: { PURCHASES_SWEEP_MS: '60000' },
  serviceCalls: { purchaseStatus: 'purchaseStatus(id: "x")' },
  guardedTypes: ['Purchase', 'PurchaseConnection'],
  fieldsToGuarded: [
    'Account.purchases',
    'Mutation.purchase',
    'Purchase.buyer',
    'Purchase.payment',
    'PurchaseEdge.node',
    'Query.purchase',
  ],
  lists: {
    'Account.purchases': {
      query: 'query ($after: String) { me { page: purchases(PAGE) { FIELDS } } }',
      fill: async (world, accounts) => {
        for (const account of [...accounts, ...accounts]) await insertPurchase(world, account);
        return {};
      },
    },
  },
};
