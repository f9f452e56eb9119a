// What the tests of the whole graph must know about purchases: see test/support/about.ts.
import { insertTwoPurchases } from '../security/access/completed-purchase.ts';
import type { AboutSubgraph } from '../support/about.ts';

export const about: AboutSubgraph = {
  quietSettings: { PURCHASES_SWEEP_MS: '60000' },
  serviceCalls: { purchaseStatus: 'purchaseStatus(id: "x")' },
  staffOperations: { purchases: '{ purchases(first: 1) { edges { node { id status } } } }' },
  guardedTypes: ['Purchase'],
  fieldsToGuarded: [
    'Account.purchases',
    'Mutation.purchase',
    'Purchase.buyer',
    'Purchase.payment',
    'PurchaseEdge.node',
    'Query.purchase',
    'Query.purchases',
  ],
  lists: {
    'Account.purchases': {
      query: 'query ($after: String) { me { page: purchases(PAGE) { FIELDS } } }',
      fill: insertTwoPurchases,
    },
    'Query.purchases': {
      query: 'query ($after: String) { page: purchases(PAGE) { FIELDS } }',
      fill: insertTwoPurchases,
      isForStaff: true,
    },
    'Query.purchases, filtered': {
      query: 'query ($after: String) { page: purchases(PAGE, filter: { status: COMPLETED }) { FIELDS } }',
      fill: insertTwoPurchases,
      isForStaff: true,
    },
  },
};
