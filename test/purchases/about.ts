// What the tests of the whole graph must know about purchases: see test/support/about.ts.
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
};
