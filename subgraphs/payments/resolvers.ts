// payments: field → function. Nothing is decided here but who may see a payment.

import { buildAccountStub, maySee } from '../../platform/identity/viewer.ts';
import { pageOf } from '../../platform/reads/connection.ts';
import type { RequestContext } from '../../platform/subgraph/context.ts';
import type { PaymentId, Unparsed } from '../../platform/values/ids.ts';
import { fromNumeric } from '../../platform/values/money.ts';
import { capturePayment } from './capture-payment.ts';
import { createPayment } from './create-payment.ts';
import { ledgerProof } from './ledger-proof.ts';
import { isTombstone, type PaymentRow, paymentById, paymentsOf } from './payment.ts';
import { refundsOf } from './refund.ts';
import { refundPayment } from './refund-payment.ts';
import type { Resolvers } from './resolvers.generated.ts';
import { voidPayment } from './void-payment.ts';

export const resolvers: Resolvers = {
  Query: {
    payment: (_root, { id }, ctx) => seenPayment(ctx, id),
    ledger: (_root, _args, ctx) => ledgerProof(ctx),
  },
  Mutation: {
    createPayment: (_root, { input }, ctx) => createPayment(ctx, input),
    capturePayment: (_root, { purchaseId }, ctx) => capturePayment(ctx, purchaseId),
    voidPayment: (_root, { input }, ctx) => voidPayment(ctx, input),
    refundPayment: (_root, { input }, ctx) => refundPayment(ctx, input),
  },
  Payment: {
    __resolveReference: ({ id }, ctx) => seenPayment(ctx, id),
    amount: ({ amount, currency }) => fromNumeric(amount, currency),
    refunded: ({ refunded, currency }) => fromNumeric(refunded, currency),
    createdAt: (payment) => payment.created_at,
    purchase: (payment) => ({ id: payment.purchase_id }),
    account: (payment) => ({ id: payment.account_id }),
    refunds: (payment, _args, ctx) => refundsOf(ctx, payment.id),
  },
  Refund: {
    amount: ({ amount, currency }) => fromNumeric(amount, currency),
    createdAt: (refund) => refund.created_at,
  },
  Account: {
    __resolveReference: ({ id }, { viewer }) => buildAccountStub(viewer, id),
    payments: (account, args, ctx) => paymentsOf(ctx, account.id, pageOf(args)),
  },
};

/** Not yours and not there look the same: null. */
async function seenPayment(ctx: RequestContext, id: Unparsed<PaymentId>): Promise<PaymentRow | null> {
  const payment = await paymentById(ctx, id);
  return payment !== null && !isTombstone(payment) && maySee(ctx.viewer, payment.account_id) ? payment : null;
}
