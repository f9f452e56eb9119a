// What the tests of the whole graph must know about payments: see test/support/about.ts.
import { insertTwoPurchases } from '../security/access/completed-purchase.ts';
import type { AboutSubgraph } from '../support/about.ts';

export const about: AboutSubgraph = {
  quietSettings: { PAYMENTS_SWEEP_MS: '0' },
  serviceCalls: {
    createPayment:
      'createPayment(input: { id: "x", purchaseId: "x", accountId: "x", amount: { amount: "1", currency: "EUR" } }) { id }',
    capturePayment: 'capturePayment(purchaseId: "x") { id }',
    voidPayment: 'voidPayment(input: { id: "x", purchaseId: "x", accountId: "x" })',
  },
  staffOperations: {
    ledger: '{ ledger { balanced } }',
    refundPayment:
      'mutation { refundPayment(input: { paymentId: "x", reason: "x", idempotencyKey: "x" }) { status } }',
  },
  guardedTypes: ['Payment'],
  fieldsToGuarded: [
    'Account.payments',
    'Mutation.refundPayment',
    'Payment.account',
    'Payment.purchase',
    'PaymentEdge.node',
    'Query.payment',
  ],
  lists: {
    'Account.payments': {
      query: 'query ($after: String) { me { page: payments(PAGE) { FIELDS } } }',
      fill: insertTwoPurchases,
    },
  },
};
